/** What tabs tell each other about one stream. News is a hint to look at the disk, never the truth itself. */
export type TabMessage<Status = unknown> =
  /** The log on disk has moved, or was dropped. */
  | { readonly kind: 'log' }
  /** The outbox on disk has changed. */
  | { readonly kind: 'outbox' }
  /** The leader's connection, as it changes and when asked. */
  | { readonly kind: 'status'; readonly status: Status }
  /** A tab that just opened asks the leader where it stands. */
  | { readonly kind: 'hello' }
  /** A person or the app asks for another try now. */
  | { readonly kind: 'retry' }

export interface Tabs<Status = unknown> {
  post(message: TabMessage<Status>): void
}

/** One channel per stream and database; closed with `signal`. A host without channels has no other tabs. */
export function joinTabs<Status>(
  name: string,
  onMessage: (message: TabMessage<Status>) => void,
  signal: AbortSignal,
): Tabs<Status> {
  if (typeof BroadcastChannel === 'undefined' || signal.aborted) return { post() {} }
  const channel = new BroadcastChannel(name)
  channel.onmessage = (event: MessageEvent<TabMessage<Status>>) => onMessage(event.data)
  signal.addEventListener('abort', () => channel.close(), { once: true })
  return {
    post(message) {
      if (!signal.aborted) channel.postMessage(message)
    },
  }
}

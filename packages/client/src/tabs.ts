import type { EntryError } from './outbox/outbox.ts'

/** What tabs tell each other about one stream. News is a hint to look at the disk, never the truth itself. */
export type TabMessage<Status = unknown> =
  /** The log or the outbox on disk has moved. */
  | { readonly kind: 'moved' }
  /** A write was saved, or is to be sent again. */
  | { readonly kind: 'written' }
  /** What the leader knows of the claim under way: keys of entries that were answered, and what keeps it. */
  | { readonly kind: 'claim'; readonly answered: readonly number[]; readonly error: EntryError | undefined }
  /** The leader's connection, as it changes. */
  | { readonly kind: 'status'; readonly status: Status }
  /** A tab asks the leader whether it is there, and says how far it sees the outbox, and whether someone looks. */
  | { readonly kind: 'hello'; readonly lastEntry: number; readonly visible: boolean }
  /** The leader is there, and this is what it sees. */
  | { readonly kind: 'here'; readonly status: Status; readonly sight: Sight }
  /** A person or the app asks for another try now. */
  | { readonly kind: 'retry' }

/** Enough of what a tab sees of the disk to tell that another one sees something else. */
export interface Sight {
  readonly life: number
  readonly count: number
  readonly entries: number
}

export interface Tabs<Status = unknown> {
  post(message: TabMessage<Status>): void
}

/** The part of a BroadcastChannel that tabs need. */
type Channel = Pick<BroadcastChannel, 'postMessage' | 'close'> & {
  onmessage: ((event: MessageEvent) => void) | null
}

export type Channels = (name: string) => Channel

/** The host's channels; undefined where it has none, and each tab works alone. */
export function browserChannels(): Channels | undefined {
  return typeof BroadcastChannel === 'undefined' ? undefined : (name) => new BroadcastChannel(name)
}

/** One channel per stream and database; closed with `signal`. */
export function joinTabs<Status>(
  name: string,
  channels: Channels,
  onMessage: (message: TabMessage<Status>) => void,
  signal: AbortSignal,
): Tabs<Status> {
  if (signal.aborted) return { post() {} }
  const channel = channels(name)
  channel.onmessage = (event: MessageEvent<TabMessage<Status>>) => onMessage(event.data)
  signal.addEventListener('abort', () => channel.close())
  return {
    post(message) {
      if (!signal.aborted) channel.postMessage(message)
    },
  }
}

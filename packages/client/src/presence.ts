/** Whether the device has a network and someone is looking. */
export interface Presence {
  /** False: nothing is requested until it is true again. */
  online(): boolean
  /** False: a tab that nobody looks at, which may lend its connection to one that somebody does. */
  visible(): boolean
  /** `fn` runs when either of them changes; stops with `signal`. */
  watch(fn: () => void, signal: AbortSignal): void
}

type Host = {
  readonly navigator?: Pick<Navigator, 'onLine'>
  readonly document?: Pick<Document, 'visibilityState' | 'addEventListener'>
  readonly addEventListener?: typeof globalThis.addEventListener
}

/** The page's presence; a host without a window or a document (Node, a worker) is always present. */
export function browserPresence(host: Host = globalThis as Host): Presence {
  return {
    online: () => host.navigator?.onLine !== false,
    visible: () => host.document?.visibilityState !== 'hidden',
    watch(fn, signal) {
      host.addEventListener?.('online', fn, { signal })
      host.addEventListener?.('offline', fn, { signal })
      host.document?.addEventListener('visibilitychange', fn, { signal })
    },
  }
}

/** Resolves when the network or the page comes back, or when `signal` ends it all. */
export function present(presence: Presence, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    presence.watch(() => {
      if (presence.online() && presence.visible()) resolve()
    }, signal)
  })
}

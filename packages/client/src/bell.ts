/** Wakes those who wait. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, or when `signal` ends; never rejects. */
  wait(signal: AbortSignal): Promise<void>
}

/** `remembers`: a ring that nobody hears ends the next wait at once. */
export function bell({ remembers = false }: { remembers?: boolean } = {}): Bell {
  const waiting = new Set<() => void>()
  let missed = false
  return {
    ring() {
      missed = remembers && waiting.size === 0
      for (const wake of [...waiting]) wake()
    },
    wait: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted || missed) {
          missed = false
          return resolve()
        }
        const wake = () => {
          waiting.delete(wake)
          signal.removeEventListener('abort', wake)
          resolve()
        }
        waiting.add(wake)
        signal.addEventListener('abort', wake)
      }),
  }
}

/** Wakes whoever waits at the moment it rings; nothing is remembered for later. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, or when `signal` ends; never rejects. */
  wait(signal: AbortSignal): Promise<void>
}

export function bell(): Bell {
  const waiting = new Set<() => void>()
  return {
    ring() {
      for (const wake of [...waiting]) wake()
    },
    wait: (signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
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

/** Says that something has changed; a ring that nobody waits for is remembered. */
export interface Bell {
  ring(): void
  /** Resolves with the next ring, or the one that was missed, or when `signal` is aborted. */
  wait(signal: AbortSignal): Promise<void>
}

export function bell(): Bell {
  let rung = false
  let wake: (() => void) | undefined
  return {
    ring() {
      rung = true
      wake?.()
    },
    wait(signal) {
      return new Promise((resolve) => {
        const done = () => {
          rung = false
          wake = undefined
          signal.removeEventListener('abort', done)
          resolve()
        }
        if (rung || signal.aborted) return done()
        wake = done
        signal.addEventListener('abort', done)
      })
    },
  }
}

import type { Effects } from '@strandline/client'

/** How fast time goes for clients beside real processes: slow enough that a hiccup of the machine is none. */
export const SPEED = 5

/** Time of a page, hurried. */
export function hurried(): Partial<Effects> {
  const began = Date.now()
  return {
    random: () => 0.5,
    now: () => began + (Date.now() - began) * SPEED,
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', done)
          resolve()
        }
        const timer = setTimeout(done, ms / SPEED)
        signal.addEventListener('abort', done)
        if (signal.aborted) done()
      }),
  }
}

/** Whether a fault is over, and when. Any number may wait for it: of one signal Node says that eleven are too many. */
export interface Undone {
  readonly is: boolean
  /** Calls `fn` when it is over, which it must not be yet; returns what takes that back. */
  hear(fn: () => void): () => void
}

export function createUndone(): Undone & { undo(): void } {
  let is = false
  const waiting = new Set<() => void>()
  return {
    get is() {
      return is
    },
    hear(fn) {
      waiting.add(fn)
      return () => waiting.delete(fn)
    },
    undo() {
      is = true
      for (const fn of waiting) fn()
      waiting.clear()
    },
  }
}

/** Resolves when it is over, or after `ms`; rejects where `ended` does. Nothing of it stays behind. */
export async function untilUndone(undone: Undone, ended: Promise<never>, ms?: number): Promise<void> {
  if (undone.is) return
  let timer: ReturnType<typeof setTimeout> | undefined
  let leave = (): void => undefined
  const over = new Promise<void>((resolve) => {
    leave = undone.hear(resolve)
    if (ms !== undefined) timer = setTimeout(resolve, ms)
  })
  try {
    await Promise.race([over, ended])
  } finally {
    clearTimeout(timer)
    leave()
  }
}

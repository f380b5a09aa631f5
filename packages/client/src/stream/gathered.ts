import { SyncError } from '../errors.ts'
import type { Serial } from '../serial.ts'

/** Asks for one, and resolves when it was done. */
interface Gathered<T> {
  (one: T): Promise<void>
  /** Does what was asked for so far, for who has the turn and takes long; never rejects. */
  now(): Promise<void>
}

/**
 * Does together what is asked for until its turn in `queue` comes. `run` gives for each, in order, what became of it:
 * a `SyncError` rejects that one; where `run` itself rejects, all do.
 */
export function gathered<T>(
  queue: Serial,
  run: (all: readonly T[]) => Promise<readonly unknown[]>,
): Gathered<T> {
  let asked: { one: T; resolve: () => void; reject: (error: unknown) => void }[] = []

  const together = async () => {
    const now = asked
    asked = []
    if (now.length === 0) return
    try {
      const results = await run(now.map(({ one }) => one))
      for (const [index, { resolve, reject }] of now.entries()) {
        const result = results[index]
        if (result instanceof SyncError) reject(result)
        else resolve()
      }
    } catch (error) {
      for (const { reject } of now) reject(error)
    }
  }

  const ask = (one: T) =>
    new Promise<void>((resolve, reject) => {
      asked.push({ one, resolve, reject })
      if (asked.length === 1) void queue(together)
    })
  return Object.assign(ask, { now: together })
}

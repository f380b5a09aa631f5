import { expect, test, vi } from 'vitest'
import { ending } from './connection.ts'
import { createUndone, untilUndone } from './undone.ts'

const never = ending(new AbortController().signal)

/** One that says who listens. */
function watched() {
  const undone = createUndone()
  const listening = new Set<() => void>()
  return {
    undone,
    listening,
    watching: {
      get is() {
        return undone.is
      },
      hear(fn: () => void) {
        listening.add(fn)
        const leave = undone.hear(fn)
        return () => {
          listening.delete(fn)
          leave()
        }
      },
    },
  }
}

test('a fault that is over is not waited for; one that ends lets go of all who wait', async () => {
  const { undone, watching, listening } = watched()
  const waits = Promise.all(Array.from({ length: 20 }, () => untilUndone(watching, never)))
  expect(listening.size).toBe(20)
  undone.undo()
  await waits
  expect(listening.size).toBe(0)
  await untilUndone(watching, never)
})

test('who was waiting until its time was over, or its connection, listens no longer and leaves no timer', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const { watching, listening } = watched()
  const connection = new AbortController()
  const timed = untilUndone(watching, never, 1_000)
  const broken = untilUndone(watching, ending(connection.signal), 1_000_000)
  await vi.advanceTimersByTimeAsync(999)
  expect(listening.size).toBe(2)
  await vi.advanceTimersByTimeAsync(1)
  await timed
  expect(listening.size).toBe(1)
  connection.abort(new TypeError('left'))
  await expect(broken).rejects.toThrow('left')
  expect(listening.size).toBe(0)
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

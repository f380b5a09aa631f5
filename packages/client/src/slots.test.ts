import { expect, test } from 'vitest'
import type { Locks } from './leader.ts'
import { TAILS, tailSlots } from './slots.ts'

const url = (n: number) => `http://relay.test/v1/stream/${n}`

/** Locks as one browser has them. */
function browserLocks(): Locks {
  const held = new Set<string>()
  const request = async (name: string, _: LockOptions, body: (lock: Lock | null) => Promise<unknown>) => {
    if (held.has(name)) return body(null)
    held.add(name)
    return body({ name } as Lock).finally(() => held.delete(name))
  }
  return { request } as Locks
}

const denied = {
  request: () => Promise.reject(new DOMException('denied', 'SecurityError')),
} as unknown as Locks

test.each([
  ['with locks, over all tabs', browserLocks()],
  ['without locks, in this page', undefined],
  ['where locks are denied, in this page', denied],
])('no more than so many streams hold a connection: %s', async (_, locks) => {
  const slots = tailSlots(locks, () => true)
  const { signal } = new AbortController()
  const all = Array.from({ length: TAILS + 2 }, (_, n) => slots(url(n), signal))
  for (const slot of all) await slot.take()
  expect(all.filter((slot) => slot.held())).toHaveLength(TAILS)
  all[0]?.release()
  // A lock is free a turn later.
  await new Promise((resolve) => setTimeout(resolve))
  await all.at(-1)?.take()
  expect(all.map((slot) => slot.held())).toEqual([false, true, true, true, false, true])
})

test('a slot is given back with its signal, also one that is on its way', async () => {
  const slots = tailSlots(browserLocks(), () => true)
  const life = new AbortController()
  const first = slots(url(0), life.signal)
  const taking = first.take()
  life.abort()
  await taking
  expect(first.held()).toBe(false)
  await new Promise((resolve) => setTimeout(resolve))
  const { signal } = new AbortController()
  const others = Array.from({ length: TAILS }, (_, n) => slots(url(n), signal))
  for (const slot of others) await slot.take()
  expect(others.every((slot) => slot.held())).toBe(true)
})

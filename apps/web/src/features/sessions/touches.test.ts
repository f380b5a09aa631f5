import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { touches } from './touches.ts'

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => vi.useRealTimers())

test('the first is noted at once, the last of many after a while, none in between', async () => {
  const append = vi.fn(async () => undefined)
  const touch = touches(append)
  const ats = () =>
    append.mock.calls.flatMap((call) =>
      (call as unknown as [{ value: { at: number } }[]])[0].map(({ value }) => value.at),
    )
  for (let n = 0; n < 10; n += 1) {
    touch('a', Date.now(), 'me')
    vi.advanceTimersByTime(1000)
  }
  expect(ats()).toEqual([1_000_000])
  vi.advanceTimersByTime(20_000)
  expect(ats()).toEqual([1_000_000, 1_009_000])
  touch('b', Date.now(), 'me')
  expect(ats()).toHaveLength(3)
  expect(vi.getTimerCount()).toBe(0)
})

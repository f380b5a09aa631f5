import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { closesWithin } from './stop.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

it('waits for a close that comes to its end', async () => {
  const closing = closesWithin(() => new Promise((resolve) => setTimeout(resolve, 1999)), 2000)
  await vi.advanceTimersByTimeAsync(1999)
  expect(await closing).toBe(true)
})

it('gives up on one that hangs', async () => {
  const closing = closesWithin(() => new Promise(() => {}), 2000)
  await vi.advanceTimersByTimeAsync(2000)
  expect(await closing).toBe(false)
})

it('passes on a failure', async () => {
  await expect(closesWithin(() => Promise.reject(new Error('disk')), 2000)).rejects.toThrow('disk')
})

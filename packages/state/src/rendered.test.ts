import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rendered } from './rendered.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

/** Whether it has resolved by now. */
async function isOver(wait: Promise<void>): Promise<boolean> {
  return Promise.race([wait.then(() => true), Promise.resolve().then(() => false)])
}

test('ends with the first idle moment, which is asked for once, and no later than the host says', async () => {
  const asked: { readonly run: () => void; readonly options: unknown }[] = []
  vi.stubGlobal('requestIdleCallback', (run: () => void, options: unknown) => asked.push({ run, options }))
  vi.stubGlobal('cancelIdleCallback', vi.fn())
  const wait = rendered(new AbortController().signal)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(await isOver(wait)).toBe(false)
  expect(asked).toMatchObject([{ options: { timeout: 100 } }])
  asked[0]?.run()
  expect(await isOver(wait)).toBe(true)
})

test('where the host knows no idle moments, two frames are waited for', async () => {
  vi.stubGlobal('requestIdleCallback', undefined)
  const wait = rendered(new AbortController().signal)
  await vi.advanceTimersByTimeAsync(31)
  expect(await isOver(wait)).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(await isOver(wait)).toBe(true)
})

test('nothing is waited for where nobody looks, or nobody waits any more', async () => {
  const idle = vi.fn()
  vi.stubGlobal('requestIdleCallback', idle)
  vi.stubGlobal('document', { visibilityState: 'hidden' })
  expect(await isOver(rendered(new AbortController().signal))).toBe(true)
  vi.stubGlobal('document', { visibilityState: 'visible' })
  expect(await isOver(rendered(AbortSignal.abort()))).toBe(true)
  expect(idle).not.toHaveBeenCalled()
})

test('ends with its signal, and leaves nothing behind (invariant 13)', async () => {
  const cancelled = vi.fn()
  vi.stubGlobal('requestIdleCallback', () => 7)
  vi.stubGlobal('cancelIdleCallback', cancelled)
  const stop = new AbortController()
  const wait = rendered(stop.signal)
  stop.abort()
  expect(await isOver(wait)).toBe(true)
  expect(cancelled).toHaveBeenCalledWith(7)

  vi.stubGlobal('requestIdleCallback', undefined)
  const other = new AbortController()
  const timed = rendered(other.signal)
  other.abort()
  expect(await isOver(timed)).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})

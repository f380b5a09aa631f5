import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { frames } from './frames.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function painted(visibilityState: DocumentVisibilityState) {
  const asked: (() => void)[] = []
  const host = {
    document: { visibilityState },
    requestAnimationFrame: (run: () => void) => asked.push(run),
    cancelAnimationFrame: vi.fn(),
  }
  return { host, asked }
}

test('what is asked for after a pause runs at once, so that it is there when the next frame begins', () => {
  const run = vi.fn()
  const { host, asked } = painted('visible')
  const frame = frames(run, host)
  for (let times = 1; times <= 3; times++) {
    frame.request()
    expect(run).toHaveBeenCalledTimes(times)
    vi.advanceTimersByTime(17)
  }
  expect(asked).toEqual([])
})

test('what more is to follow on waits for the frame', () => {
  const run = vi.fn()
  const { host, asked } = painted('visible')
  const frame = frames(run, host)
  frame.request(true)
  frame.request()
  expect(run).not.toHaveBeenCalled()
  asked[0]?.()
  expect(run).toHaveBeenCalledTimes(1)
})

/** Frames that have just run. */
function running(run: () => void, host: ReturnType<typeof painted>['host'] | object) {
  const frame = frames(run, host)
  frame.request()
  vi.mocked(run).mockClear()
  return frame
}

test('what is asked for within a frame of the last time runs once, with the frame', () => {
  const run = vi.fn()
  const { host, asked } = painted('visible')
  const frame = running(run, host)
  frame.request()
  frame.request()
  expect(run).not.toHaveBeenCalled()
  expect(asked).toHaveLength(1)
  asked[0]?.()
  expect(run).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(1_000)
  expect(run).toHaveBeenCalledTimes(1)
})

test('what takes longer than a frame has a frame after it too', () => {
  const run = vi.fn(() => void vi.setSystemTime(Date.now() + 40))
  const { host, asked } = painted('visible')
  const frame = frames(run, host)
  frame.request()
  frame.request()
  expect(run).toHaveBeenCalledTimes(1)
  expect(asked).toHaveLength(1)
})

test('a frame that is not painted is not waited for', () => {
  const run = vi.fn()
  running(run, painted('visible').host).request()
  vi.advanceTimersByTime(99)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledTimes(1)
})

test('a hidden page goes by a timer', () => {
  const run = vi.fn()
  const { host, asked } = painted('hidden')
  running(run, host).request()
  expect(asked).toEqual([])
  vi.advanceTimersByTime(15)
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(run).toHaveBeenCalledTimes(1)
})

test('where there are no frames, what is asked for in one turn runs once, in the next', () => {
  const run = vi.fn()
  const frame = running(run, {})
  frame.request()
  frame.request()
  expect(run).not.toHaveBeenCalled()
  vi.advanceTimersByTime(0)
  expect(run).toHaveBeenCalledTimes(1)
})

test('cancel leaves nothing behind', () => {
  const run = vi.fn()
  const { host } = painted('visible')
  const frame = running(run, host)
  frame.request()
  frame.cancel()
  expect(host.cancelAnimationFrame).toHaveBeenCalled()
  expect(vi.getTimerCount()).toBe(0)
})

import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { retain } from './retain.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

function database() {
  return { preload: vi.fn(async () => undefined), close: vi.fn(async () => undefined) }
}

test('closed a second after the last user, not before', () => {
  const db = database()
  const replace = vi.fn()
  const [one, two] = [retain(db, replace), retain(db, replace)]
  one()
  vi.advanceTimersByTime(5_000)
  expect(db.close).not.toHaveBeenCalled()
  two()
  vi.advanceTimersByTime(999)
  expect(db.close).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(db.close).toHaveBeenCalledTimes(1)
  expect(replace).not.toHaveBeenCalled()
})

test('a remount within the grace costs nothing', () => {
  const db = database()
  retain(db, vi.fn())()
  const release = retain(db, vi.fn())
  vi.advanceTimersByTime(5_000)
  expect(db.close).not.toHaveBeenCalled()
  release()
  vi.advanceTimersByTime(1_000)
  expect(db.close).toHaveBeenCalledTimes(1)
})

test('a use after the end asks for another one', () => {
  const db = database()
  retain(db, vi.fn())()
  vi.advanceTimersByTime(1_000)
  const replace = vi.fn()
  retain(db, replace)()
  expect(replace).toHaveBeenCalledTimes(1)
  expect(db.preload).toHaveBeenCalledTimes(1)
  vi.advanceTimersByTime(5_000)
  expect(db.close).toHaveBeenCalledTimes(1)
})

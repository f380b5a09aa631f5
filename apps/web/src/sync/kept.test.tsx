import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { kept } from './kept.ts'

beforeEach(() => localStorage.clear())
afterEach(() => vi.restoreAllMocks())

function counter() {
  return kept<number>(
    'count',
    (stored) => Number(stored ?? 0),
    (value) => (value === 0 ? null : String(value)),
  )
}

test('a value is kept, and gone where there is nothing to keep', () => {
  const count = counter()
  count.set(3)
  expect(counter().get()).toBe(3)
  count.set(0)
  expect(localStorage.getItem('count')).toBeNull()
})

test('what another tab keeps is heard here', () => {
  const count = counter()
  const heard = vi.fn()
  count.subscribe(heard)
  localStorage.setItem('count', '7')
  dispatchEvent(new StorageEvent('storage', { key: 'count' }))
  expect(count.get()).toBe(7)
  expect(heard).toHaveBeenCalledOnce()
})

test('where storage is blocked a value lives as long as the page', () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  const count = counter()
  count.set(5)
  expect(count.get()).toBe(5)
})

import { expect, it } from 'vitest'
import { nextCursor } from './cursor.ts'

const NOW = Date.UTC(2026, 0, 1)
const current = nextCursor(null, NOW, () => 0)

it('counts twenty-second intervals', () => {
  expect(nextCursor(null, NOW + 19_999, () => 0)).toBe(current)
  expect(nextCursor(null, NOW + 20_000, () => 0)).toBe(current + 1)
})

it('goes strictly beyond a cursor that is not behind', () => {
  for (const random of [() => 0, () => 0.5, () => 0.999]) {
    expect(nextCursor(String(current), NOW, random)).toBeGreaterThan(current)
    expect(nextCursor(String(current + 500), NOW, random)).toBeGreaterThan(current + 500)
  }
})

it('pays no heed to an old cursor or to garbage', () => {
  for (const text of [String(current - 1), '', 'abc', '-7', '1e9', '9'.repeat(30)]) {
    expect(nextCursor(text, NOW, () => 0.5)).toBe(current)
  }
})

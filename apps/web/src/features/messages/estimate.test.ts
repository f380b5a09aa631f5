import { expect, test } from 'vitest'
import { estimateHeight } from './estimate.ts'
import type { Row } from './rows.ts'

function row(text: string, opens = false): Row {
  return { kind: 'message', key: 'a', message: { id: 'a', author: 'a', at: 0, text }, opens, late: false }
}

test('longer texts, more lines and narrower columns are higher', () => {
  const one = estimateHeight(row('short'), 800)
  expect(estimateHeight(row('word '.repeat(100)), 800)).toBeGreaterThan(one)
  expect(estimateHeight(row('a\n\nb'), 800)).toBeGreaterThan(one)
  expect(estimateHeight(row('word '.repeat(100)), 360)).toBeGreaterThan(
    estimateHeight(row('word '.repeat(100)), 800),
  )
  expect(estimateHeight(row('潮'.repeat(150)), 800)).toBeGreaterThan(
    estimateHeight(row('a'.repeat(150)), 800),
  )
  expect(estimateHeight(row('short', true), 800)).toBeGreaterThan(one)
})

test('an empty text still has its line', () => {
  expect(estimateHeight(row(''), 800)).toBe(estimateHeight(row('a'), 800))
})

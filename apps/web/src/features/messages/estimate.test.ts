import { expect, test } from 'vitest'
import { estimateHeight, textWidth } from './estimate.ts'
import type { Row } from './rows.ts'
import { letterWidths } from './wrap.ts'

const letters = letterWidths('15px x', 15)

function height(text: string, { opens = false, width = 688 } = {}): number {
  const row: Row = {
    kind: 'message',
    key: 'a',
    message: { id: 'a', author: 'a', at: 0, text },
    opens,
    late: false,
  }
  return estimateHeight(row, width, letters)
}

test('longer texts, more lines and narrower columns are higher', () => {
  const long = 'word '.repeat(100)
  expect(height(long)).toBeGreaterThan(height('short'))
  expect(height('a\n\nb')).toBeGreaterThan(height('short'))
  expect(height(long, { width: 280 })).toBeGreaterThan(height(long))
  expect(height('short', { opens: true })).toBeGreaterThan(height('short'))
})

test('an empty text still has its line', () => {
  expect(height('')).toBe(height('a'))
})

test('a clipped text is as high as what is shown of it', () => {
  expect(height('a\n'.repeat(5000))).toBeLessThan(height('a\n'.repeat(47)) + 100)
})

test('a column has its margins, on a phone smaller ones, and stops growing', () => {
  expect(textWidth(390)).toBe(286)
  expect(textWidth(954)).toBe(688)
  expect(textWidth(3000)).toBe(688)
})

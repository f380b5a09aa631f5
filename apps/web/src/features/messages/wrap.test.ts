import { expect, test } from 'vitest'
import { countLines, letterWidths } from './wrap.ts'

const even = { ascii: new Float64Array(128).fill(10), wide: 20, other: 10 }
const lines = (text: string, width = 100) => countLines(text, width, even)

test.each([
  ['', 1],
  ['1234567890', 1],
  ['12345 7890', 1],
  ['12345 67890', 2],
  ['1234567890 ', 1],
  ['12345678901', 2],
  ['1234 123456789012', 3],
  ['a\nb\n', 3],
  ['12345-7890123', 2],
  ['潮潮潮潮潮', 1],
  ['潮潮潮潮潮潮', 2],
  ['жжжжж жжжжж', 2],
])('%j takes %i lines of ten letters', (text, count) => {
  expect(lines(text)).toBe(count)
})

test('without a canvas the widths are typical ones', () => {
  const { ascii, wide } = letterWidths('15px x', 15)
  expect(ascii[97]).toBeCloseTo(8.1)
  expect(wide).toBe(15)
})

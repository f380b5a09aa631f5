import { expect, it } from 'vitest'
import { wholeCharacters } from './characters.ts'

const bytes = (...values: number[]) => Uint8Array.from(values)

it.each([
  ['a lead byte alone', [bytes(0x61), bytes(0xc3)], 1],
  ['four bytes, one by one', [bytes(0xf0), bytes(0x9f), bytes(0x98)], 0],
  ['nothing', [], 0],
  ['an empty append after half a character', [bytes(0xc3), bytes()], 0],
])('waits for the rest of %s', (_, chunks, count) => {
  expect(wholeCharacters(chunks)).toBe(count)
})

it.each([
  ['continuation bytes that nothing began', [bytes(0x80), bytes(0x80), bytes(0x80)]],
  ['a byte that UTF-8 does not have', [bytes(0xff)]],
  ['an overlong lead byte', [bytes(0xc0)]],
  ['more continuation bytes than a character has', [bytes(0xf0, 0x80, 0x80, 0x80, 0x80)]],
])('does not wait after %s', (_, chunks) => {
  expect(wholeCharacters(chunks)).toBe(chunks.length)
})

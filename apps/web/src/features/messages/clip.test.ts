import { expect, test } from 'vitest'
import { clip } from './clip.ts'

test('what people write by hand is shown whole', () => {
  expect(clip('hello\nthere')).toEqual({ text: 'hello\nthere', rest: 0 })
})

test('a very long text is cut, and what is left out is counted', () => {
  expect(clip('a'.repeat(9000))).toEqual({ text: 'a'.repeat(4000), rest: 5000 })
})

test('so are very many lines', () => {
  const { text, rest } = clip('x\n'.repeat(1000))
  expect(text.split('\n')).toHaveLength(48)
  expect(text.length + rest).toBe(2000)
})

test('no letter is cut in two', () => {
  expect(clip(`a${'🌊'.repeat(4000)}`).text.endsWith('🌊')).toBe(true)
})

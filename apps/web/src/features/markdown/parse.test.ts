import { expect, test } from 'vitest'
import { growingMarkdown, isPlain } from './parse.ts'

test.each([
  'hello',
  'two\nlines',
  'see https://strandline.dev/a.b, or not',
  '潮 波 🌊 (really?)',
  "it's 5 - 3 = 2; mail me!",
  '#strandline has 3 > 2 open, see #12 and (#13]',
])('%j is only itself', (text) => {
  expect(isPlain(text)).toBe(true)
})

test.each([
  '*a*',
  '`a`',
  '# a',
  '- a',
  'x\n1. a',
  '> a',
  '[a](b)',
  'a | b\n--|--',
  '    code',
  'a\n===',
  '&amp;',
  'a\\*b',
])('%j is not', (text) => {
  expect(isPlain(text)).toBe(false)
})

test('what was there keeps its blocks', () => {
  const grow = growingMarkdown()
  const [first] = grow('one\n\ntwo')
  expect(grow('one\n\ntwo three')[0]).toBe(first)
})

import { ATTACHMENT_LIMIT } from '@strandline/chat'
import { expect, test } from 'vitest'
import { choose } from './choice.ts'
import { safeType, sizeText } from './formats.ts'

const file = (name: string, size = 10) => ({ name, size })

test('what is too large is left out, and named', () => {
  const { files, problem } = choose([file('a')], [file('b'), file('huge.iso', ATTACHMENT_LIMIT + 1)])
  expect(files.map(({ name }) => name)).toEqual(['a', 'b'])
  expect(problem).toContain('huge.iso')
})

test('a message takes six', () => {
  const seven = Array.from({ length: 7 }, (_, n) => file(String(n)))
  expect(choose([], seven).files).toHaveLength(6)
  expect(choose([], seven).problem).toContain('6')
  expect(choose([], seven.slice(1)).problem).toBeUndefined()
})

test('nothing but a picture is taken for what its sender says', () => {
  expect(safeType('image/png')).toBe('image/png')
  for (const mime of ['image/svg+xml', 'text/html', 'application/pdf', ''])
    expect(safeType(mime)).toBe('application/octet-stream')
})

test('sizes are read at a glance', () => {
  expect(sizeText(999)).toBe('999 bytes')
  expect(sizeText(12_345)).toBe('12 kB')
  expect(sizeText(1_250_000)).toBe('1.3 MB')
})

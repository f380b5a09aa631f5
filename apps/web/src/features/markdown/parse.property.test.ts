import fc from 'fast-check'
import { expect, test } from 'vitest'
import { growingMarkdown, isPlain, parseMarkdown } from './parse.ts'

test('what is taken for plain has no markup in it, whatever the parser knows', () => {
  const letters = fc.constantFrom(...'#>]-+=1.)( \t\nab'.split(''), '\n# ', '\n>', '\n####### ', '\n  #\n')
  const texts = fc.array(letters, { maxLength: 14 }).map((parts) => parts.join(''))
  fc.assert(
    fc.property(texts, (text) => {
      fc.pre(isPlain(text))
      const blocks = parseMarkdown(text).children
      const inside = blocks.flatMap((block) => (block.type === 'paragraph' ? block.children : [block]))
      for (const { type } of inside) expect(['text', 'break', 'link']).toContain(type)
    }),
    { numRuns: 500, seed: 11 },
  )
})

const PARTS = [
  'word ',
  '\n',
  '\n\n',
  '- item\n',
  '  inner\n',
  '```\n',
  'code\n',
  '# head\n',
  '> said\n',
  '1. one\n',
  '| a | b |\n|---|---|\n',
  '**bold** ',
  '---\n',
  '    indented\n',
]

test('a text that grows in any steps has the blocks that it has as a whole (S1-16)', () => {
  const steps = fc.array(fc.constantFrom(...PARTS), { maxLength: 25 })
  fc.assert(
    fc.property(steps, (parts) => {
      const grow = growingMarkdown()
      let text = ''
      for (const part of parts) {
        text += part
        grow(text)
      }
      expect(grow(text).map(shapeOf)).toEqual(parseMarkdown(text).children.map(shapeOf))
    }),
    { numRuns: 60 },
  )
})

/** A tree without its places, which count from where a part was read. */
function shapeOf(node: object): unknown {
  return JSON.parse(JSON.stringify(node, (key, value) => (key === 'position' ? undefined : value)))
}

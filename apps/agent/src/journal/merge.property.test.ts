import { deltaItem } from '@strandline/chat'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mergeDeltas } from './merge.ts'

const delta = (key: string, from: number, text: string) => deltaItem('message.delta', key, { from, text })

test('deltas that waited together are one, and say the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.string({ maxLength: 4 }))), (parts) => {
      const length: Record<string, number> = { a: 0, b: 0 }
      const items = parts.map(([key, text]) => {
        const from = length[key] ?? 0
        length[key] = from + text.length
        return delta(key, from, text)
      })
      const textOf = (all: typeof items, key: string) =>
        all
          .filter((item) => item.key === key)
          .map(({ value }) => (value as { text: string }).text)
          .join('')
      const merged = mergeDeltas(items)
      for (const key of ['a', 'b']) expect(textOf(merged, key)).toBe(textOf(items, key))
      for (const [n, item] of merged.entries()) expect(item.key).not.toBe(merged[n + 1]?.key)
    }),
  )
})

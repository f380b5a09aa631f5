import fc from 'fast-check'
import { expect, test } from 'vitest'
import { growMessage, type Message } from './message.ts'

const empty: Message = { id: 'm', author: 'a', at: 0, run: 'p', state: 'streaming', text: '' }

test('S4-31 deltas that come twice, in any run of repeats, add their text once', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 12 })
  fc.assert(
    fc.property(texts, fc.array(fc.nat(20)), (parts, back) => {
      const deltas = parts.map((text, n) => ({ from: parts.slice(0, n).join('').length, text }))
      const replayed = deltas.flatMap((delta, n) => [
        delta,
        ...deltas.slice(Math.max(0, n - (back[n] ?? 0)), n + 1),
      ])
      const grown = replayed.reduce(growMessage, empty)
      expect(grown.text).toBe(parts.join(''))
      expect(grown.gap).toBeUndefined()
    }),
  )
})

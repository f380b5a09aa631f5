import fc from 'fast-check'
import { it } from 'vitest'
import { wholeCharacters } from './characters.ts'

it('ends where the text, cut anywhere, is the beginning of the whole and loses no character', () => {
  // Of one to four bytes, the edges of each among them; surrogates are not characters, and U+FFFD says that one is lost.
  const points = [
    [0, 0x7f],
    [0x80, 0x7ff],
    [0x800, 0xd7ff],
    [0xe000, 0xfffc],
    [0x10000, 0x10ffff],
  ] as const
  const unit = fc.oneof(
    ...points.map(([min, max]) => fc.integer({ min, max }).map((n) => String.fromCodePoint(n))),
  )
  const text = fc.string({ unit, minLength: 1, maxLength: 6 })
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  fc.assert(
    fc.property(text, fc.array(fc.nat(), { maxLength: 6 }), (whole, cuts) => {
      const all = Buffer.from(whole)
      const edges = [0, ...cuts.map((cut) => cut % (all.length + 1)), all.length].toSorted((a, b) => a - b)
      const chunks = edges.slice(1).map((edge, i) => all.subarray(edges[i], edge))
      const isWhole = (n: number) => whole.startsWith(decoder.decode(all.subarray(0, edges[n])))
      for (let n = 0; n < edges.length; n++) {
        const best = Array.from({ length: n + 1 }, (_, i) => n - i).find(isWhole)
        if (wholeCharacters(chunks.slice(0, n)) !== best) return false
      }
      return true
    }),
  )
})

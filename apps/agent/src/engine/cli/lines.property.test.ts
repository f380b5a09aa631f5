import fc from 'fast-check'
import { expect, test } from 'vitest'
import { lineSplitter } from './lines.ts'

test('S1-9 lines come out the same wherever their text was cut', () => {
  const line = fc.string({ unit: 'grapheme' }).map((text) => JSON.stringify({ text }))
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(40)), fc.constantFrom('\n', '\r\n'), (lines, cuts, end) => {
      const all = lines.join(end)
      const seen: string[] = []
      const splitter = lineSplitter((one) => seen.push(one))
      let rest = all
      for (const cut of cuts) {
        splitter.push(rest.slice(0, cut))
        rest = rest.slice(cut)
      }
      splitter.push(rest)
      splitter.end()
      expect(seen).toEqual(lines)
    }),
  )
})

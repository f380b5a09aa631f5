import fc from 'fast-check'
import { expect, test } from 'vitest'
import { partSet } from './part-set.ts'

test('a set knows what was added, and after it was stored, and no more than that', () => {
  fc.assert(
    fc.property(fc.array(fc.string()), fc.array(fc.string()), fc.string(), (texts, more, other) => {
      const before = partSet()
      for (const text of texts) before.add(text)
      const after = partSet(before.bytes)
      for (const text of more) after.add(text)
      for (const text of texts) expect([before.has(text), after.has(text)]).toEqual([true, true])
      for (const text of more)
        expect([before.has(text), after.has(text)]).toEqual([texts.includes(text), true])
      expect(after.has(other)).toBe(texts.includes(other) || more.includes(other))
    }),
  )
})

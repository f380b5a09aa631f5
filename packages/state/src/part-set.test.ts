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

test('texts that differ in their last characters only are told apart, a hundred thousand of them', () => {
  const set = partSet()
  for (let n = 0; n < 100_000; n++) set.add(`00000000-0000-4000-8000-${n} last`)
  expect(new Uint32Array(set.bytes.buffer)[0]).toBe(100_000)
  let mistaken = 0
  for (let n = 100_000; n < 200_000; n++) if (set.has(`00000000-0000-4000-8000-${n} last`)) mistaken += 1
  expect(mistaken).toBe(0)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packed } from './pack.ts'
import { unpacked } from './unpack.ts'

const never = async () => undefined

const value = fc.oneof(
  { withCrossShrink: true },
  fc.jsonValue({ noUnicodeString: false }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '',
    'same',
    'é',
    '\ufeff',
    '\ud83d\ude00',
    '\ud83d',
    null,
    true,
    0,
    '<-0>',
    '<1e400>',
    1.5,
    2 ** 60,
  ),
)
const change = fc.record(
  {
    type: fc.constantFrom('message', 'run'),
    key: fc.string({ unit: 'grapheme', maxLength: 5 }),
    value: fc.oneof(
      value,
      fc.record(
        { id: fc.uuid(), n: fc.nat(), text: fc.string(), more: value },
        { requiredKeys: ['id', 'text'] },
      ),
    ),
    headers: fc.oneof(
      fc.constant({ operation: 'insert' }),
      fc.record({ operation: fc.constantFrom('insert', 'delete'), txid: fc.uuid(), 7: value }),
      fc.record({ 'type,key': value, 'value,headers': value }),
    ),
  },
  { requiredKeys: ['type', 'headers'] },
)
/** As JSON would bring them, which can hold numbers that it is not written with. */
const parsed = (made: readonly unknown[]): unknown[] =>
  JSON.parse(JSON.stringify(made).replace(/"<(-0|1e400)>"(?!:)/g, '$1'))

/** Enough that most shapes have columns. */
const items = fc.oneof(
  fc.array(fc.oneof(change, value), { maxLength: 60 }),
  fc.array(change, { minLength: 20, maxLength: 120 }),
  fc
    .tuple(change, fc.integer({ min: 1, max: 40 }))
    .map(([one, count]) => Array.from({ length: count }, () => one)),
)

test('items are read again as they were, in any steps, or are not packed at all', async () => {
  let kept = 0
  await fc.assert(
    fc.asyncProperty(items, fc.integer({ min: 1, max: 50 }), fc.nat(7), async (drawn, step, shift) => {
      const made = parsed(drawn)
      const bytes = await packed(made, never)
      if (!bytes) return
      kept++
      const shifted = new Uint8Array(bytes.length + shift)
      shifted.set(bytes, shift)
      const read = unpacked(shifted.subarray(shift))
      expect(read.length).toBe(made.length)
      const all: unknown[] = []
      while (all.length < made.length) all.push(...read.take(step))
      expect(all).toStrictEqual(made)
      expect(JSON.stringify(all)).toBe(JSON.stringify(made))
    }),
    { numRuns: 400 },
  )
  expect(kept).toBeGreaterThan(100)
})

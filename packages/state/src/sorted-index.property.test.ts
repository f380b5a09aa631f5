import { BTreeIndex, IR } from '@tanstack/db'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SortedIndex } from './sorted-index.ts'

const field = new IR.PropRef(['at'])
const item = (at: unknown) => ({ at })

const values = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom<unknown>(null, undefined, Number.NaN, true, false, 'a', 'B', 'á', '10', 2n),
  fc.integer({ min: 0, max: 3 }).map((ms) => new Date(ms)),
  fc.integer({ min: 0, max: 2 }).map((byte) => Uint8Array.of(byte)),
)
const keys = fc.integer({ min: 0, max: 60 }).map((n) => `k${n}`)
const steps = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('put' as const), key: keys, value: values }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('drop' as const), key: keys, value: values }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('ask' as const), key: keys, value: values }) },
  ),
  { maxLength: 150 },
)
const orders = [
  undefined,
  { compareOptions: { direction: 'asc', nulls: 'last', stringSort: 'lexical' } },
  { compareOptions: { direction: 'desc', nulls: 'first', stringSort: 'locale' } },
]

test('answers as a tree does, whatever came and went in between', () => {
  fc.assert(
    fc.property(steps, fc.constantFrom(...orders), values, values, (path, order, low, high) => {
      const ours = new SortedIndex(1, field, undefined, order)
      const tree = new BTreeIndex<string>(2, field, undefined, order)
      const held = new Map<string, unknown>()
      const agree = (value: unknown) => {
        const odd = (key: string) => Number(key.slice(1)) % 2 === 1
        expect(ours.keyCount).toBe(tree.keyCount)
        expect(ours.equalityLookup(value)).toEqual(tree.equalityLookup(value))
        expect(ours.inArrayLookup([value, 1])).toEqual(tree.inArrayLookup([value, 1]))
        expect(ours.takeFromStart(5)).toEqual(tree.takeFromStart(5))
        expect(ours.takeReversedFromEnd(70, odd)).toEqual(tree.takeReversedFromEnd(70, odd))
        expect(ours.take(70, value)).toEqual(tree.take(70, value))
        expect(ours.takeReversed(5, value, odd)).toEqual(tree.takeReversed(5, value, odd))
        expect(ours.rangeQuery()).toEqual(tree.rangeQuery())
        expect(ours.lookup('gt', value)).toEqual(tree.lookup('gt', value))
        expect(ours.lookup('lte', value)).toEqual(tree.lookup('lte', value))
        for (const inclusive of [true, false]) {
          const range = { from: low, to: high, fromInclusive: inclusive, toInclusive: !inclusive }
          expect(ours.rangeQuery(range)).toEqual(tree.rangeQuery(range))
        }
        expect(ours.supportsOrderOptimization).toBe(tree.supportsOrderOptimization)
      }
      for (const { do: what, key, value } of path) {
        if (what === 'ask') agree(value)
        else if (what === 'drop' && held.has(key)) {
          for (const index of [ours, tree]) index.remove(key, item(held.get(key)))
          held.delete(key)
        } else if (what === 'put' && held.has(key)) {
          for (const index of [ours, tree]) index.update(key, item(held.get(key)), item(value))
          held.set(key, value)
        } else if (what === 'put') {
          for (const index of [ours, tree]) index.add(key, item(value))
          held.set(key, value)
        }
      }
      agree(low)
      const rows = [...held].map(([key, value]): [string, unknown] => [key, item(value)])
      ours.build(rows)
      tree.build(rows)
      agree(high)
    }),
    { numRuns: 200 },
  )
})

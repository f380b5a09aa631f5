import type { Batch } from '@strandline/client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { checkpointOf } from './checkpoint.ts'
import type { InvalidPolicy, Issue } from './issue.ts'
import { issueLedger } from './issues.ts'
import { createProjection } from './projection.ts'
import { createStateSchema } from './schema.ts'
import { type Tables, tablesOf } from './table.ts'
import { batchOf } from './testing/batches.ts'

/** `dates` makes values that it does not take and JSON cannot carry; `notes` refuses fields, optional ones too. */
function read(invalid: InvalidPolicy): Tables {
  const note = z.object({ id: z.string(), text: z.string(), color: z.string().optional() })
  const date = z.object({ id: z.string(), text: z.string().transform((text) => new Date(text.length * 1e9)) })
  const schema = createStateSchema({
    notes: { schema: note, type: 'note', primaryKey: 'id', invalid },
    dates: { schema: date, type: 'date', primaryKey: 'id' },
  })
  return tablesOf(schema, {
    'note.delta': {
      into: 'notes',
      invalid,
      apply: (row, delta) => ({ ...row, text: row.text + String(delta) }),
    },
    'date.delta': {
      into: 'dates',
      apply: (row, delta) => ({ ...row, text: new Date(row.text.getTime() + Number(delta)) }),
    },
  })
}

type Item = Record<string, unknown>

const key = fc.constantFrom('a', 'b', 'c')
const type = fc.constantFrom('note', 'date')
const text = fc.string({ maxLength: 3 })
const operation = fc.constantFrom('insert', 'update', 'upsert')
const origin = fc.oneof(
  fc.constant({}),
  fc.record({ txid: fc.constantFrom('t', 'u') }),
  fc.record({ txid: fc.constantFrom('v', 'w'), part: fc.constant('1/1') }),
  fc.record({ txid: fc.constantFrom('x', 'y'), part: fc.constantFrom('1/2', '2/2') }),
)
const put = fc
  .record({ type, key, text, operation, origin, more: fc.constantFrom({}, { color: 'red' }, { unknown: 1 }) })
  .map(({ type, key, text, operation, origin, more }): Item => {
    return { type, key, value: { id: key, text, ...more }, headers: { operation, ...origin } }
  })
const delta = fc.record({ type, key, origin }).map(({ type, key, origin }): Item => {
  return { type: `${type}.delta`, key, value: 7, headers: { operation: 'insert', ...origin } }
})
const remove = fc.record({ type, key }).map(({ type, key }): Item => {
  return { type, key, headers: { operation: 'delete' } }
})
const stranger: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(null, 'junk', { type: 'note' }, { headers: { control: 'snapshot-start' } }),
  key.map((key) => ({ type: 'rocket', key, value: {}, headers: { operation: 'insert' } })),
  key.map((key) => ({ type: 'note', key, value: { text: 7 }, headers: { operation: 'insert' } })),
  key.map((key) => ({
    type: 'note',
    key,
    value: { id: key, text: 'x', color: 7 },
    headers: { operation: 'update' },
  })),
)
const history = fc.array(
  fc.oneof(
    { arbitrary: put, weight: 8 },
    { arbitrary: delta, weight: 6 },
    { arbitrary: remove, weight: 2 },
    { arbitrary: stranger, weight: 1 },
    { arbitrary: fc.constant<unknown>({ headers: { control: 'reset' } }), weight: 1 },
  ),
  { maxLength: 40 },
)

/** The batches that a log gives of what a checkpoint left of `batches`. */
function folded(tables: Tables, batches: readonly Batch[], end: number): Batch {
  const folding = checkpointOf(tables)
  for (const batch of batches) folding.add(batch)
  const { items, places, memo } = folding.end()
  const parsed = items.map((item) => JSON.parse(item) as unknown)
  return { ...batchOf(parsed, 0), end, places, ...(memo && { memo }) }
}

function projected(tables: Tables, batches: readonly Batch[]) {
  const projection = createProjection(tables, () => 0)
  const ledger = issueLedger()
  for (const batch of batches) ledger.add(projection.add(batch).issues)
  const rows = ['notes', 'dates'].map(
    (name) => new Map(Array.from(projection.rows(name), (row) => [row.id, row])),
  )
  const issues = [...ledger.all()].map(({ offset, ...issue }: Issue) => issue)
  return { rows, issues: issues.sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

/** A log cut into a prefix that is folded, a stretch that is folded with it later on, and the rest. */
const cutLog = fc.tuple(history, fc.nat(40), fc.nat(40)).map(([items, a, b]) => {
  const first = Math.min(a, items.length)
  const second = Math.min(first + b, items.length)
  return {
    all: batchOf(items),
    parts: [
      batchOf(items.slice(0, first)),
      batchOf(items.slice(first, second), first),
      batchOf(items.slice(second), second),
    ] as const,
    ends: [first, second] as const,
  }
})

test.each(['skip', 'hold', 'stop'] as const)(
  '%s: rows, their order and the issues are the same before and after a checkpoint, and one more (G10)',
  (policy) => {
    const tables = read(policy)
    fc.assert(
      fc.property(cutLog, ({ all, parts: [a, b, rest], ends: [first, second] }) => {
        const expected = projected(tables, [all])
        const once = folded(tables, [a], first)
        expect(projected(tables, [once, b, rest])).toEqual(expected)
        const twice = folded(tables, [once, b], second)
        expect(projected(tables, [twice, rest])).toEqual(expected)
      }),
      { numRuns: Number(process.env.RUNS ?? 200) },
    )
  },
  60_000,
)

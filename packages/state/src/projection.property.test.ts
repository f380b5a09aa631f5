import type { PendingWrite } from '@strandline/client'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createProjection } from './projection.ts'
import { pendingPlaces, type Row } from './row.ts'
import type { SinkWrite } from './sink.ts'
import { tablesOf } from './table.ts'
import { batchOf, writeOf } from './testing/batches.ts'
import { chat } from './testing/chat.ts'

const append = { type: 'append', text: 'message.delta' } as const
const tables = tablesOf(chat, {
  [append.text]: { into: 'messages', apply: (row, delta) => ({ ...row, text: row.text + String(delta) }) },
})

type Item = Record<string, unknown>
type Rows = Record<string, { id: string; text: string }>

/** Everything from scratch, item by item, on a plain object. */
function naive(items: readonly Item[]): Rows {
  let rows: Rows = {}
  for (const { type, key, value, headers } of items) {
    const { operation, control } = (headers ?? {}) as { operation?: string; control?: string }
    const id = String(key)
    const row = rows[id]
    if (control === 'reset') rows = {}
    else if (type === append.text && row) rows[id] = { ...row, text: row.text + String(value) }
    else if (type !== 'message' || typeof key !== 'string') continue
    else if (operation === 'delete') delete rows[id]
    else if (typeof (value as { text?: unknown } | undefined)?.text === 'string')
      rows[id] = { id, text: (value as { text: string }).text }
  }
  return rows
}

const key = fc.constantFrom('a', 'b', 'c')
const text = fc.constantFrom('1', '2', '3')
const put = fc.record({ key, text, operation: fc.constantFrom('insert', 'update', 'upsert') })
const change: fc.Arbitrary<Item> = fc.oneof(
  put.map(({ key, text, operation }) => ({
    type: 'message',
    key,
    value: { id: key, text },
    headers: { operation },
  })),
  key.map((key) => ({ type: 'message', key, headers: { operation: 'delete' } })),
  fc.record({ key, text }).map(({ key, text }) => ({
    type: append.text,
    key,
    value: text,
    headers: { operation: 'insert' },
  })),
)
const stranger: fc.Arbitrary<Item> = fc.constantFrom<Item>(
  { junk: true },
  { type: 'rocket', key: 'a', value: {}, headers: { operation: 'insert' } },
  { type: 'message', key: 'a', value: 7, headers: { operation: 'insert' } },
  { type: 'message', key: 3, value: { text: 'x' }, headers: { operation: 'insert' } },
  { headers: { control: 'snapshot-start' } },
)
const logItem = fc.oneof(
  { arbitrary: change, weight: 8 },
  { arbitrary: stranger, weight: 2 },
  { arbitrary: fc.constant<Item>({ headers: { control: 'reset' } }), weight: 1 },
)

type Step =
  | { readonly do: 'arrive'; readonly items: readonly Item[] }
  | { readonly do: 'write'; readonly items: readonly Item[] }
  | { readonly do: 'echo' | 'reject' | 'retry' | 'discard'; readonly which: number }
  | { readonly do: 'drop' | 'take' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('arrive' as const), items: fc.array(logItem, { maxLength: 4 }) }),
  fc.record({ do: fc.constant('write' as const), items: fc.array(change, { minLength: 1, maxLength: 3 }) }),
  fc.record({ do: fc.constantFrom('echo' as const, 'reject', 'retry', 'discard'), which: fc.nat(9) }),
  fc.record({ do: fc.constantFrom('take' as const, 'take', 'take', 'drop') }),
)

/** What a collection makes of writes; says where one changes nothing. */
function collection() {
  const rows = new Map<string, Row>()
  return {
    rows,
    commit(writes: readonly SinkWrite<Row>[]) {
      for (const write of writes) {
        const id = write.type === 'delete' ? write.key : String(write.value.id)
        if (write.type === 'delete') expect(rows.delete(id)).toBe(true)
        else expect(rows.get(id)).not.toEqual(write.value)
        if (write.type === 'update') rows.set(id, write.value)
      }
    },
  }
}

test('whatever happens in whatever order, the rows are those of a replay from scratch', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const next = pendingPlaces()
      const projection = createProjection(tables, () => next())
      const shown = collection()
      let log: Item[] = []
      let outbox: readonly PendingWrite[] = []
      const arrive = (items: readonly Item[]) => {
        projection.add(batchOf(items, log.length))
        log.push(...items)
      }
      const restate = (which: number, state: PendingWrite['state']) => {
        outbox = outbox.map((write, index) => (index === which ? { ...write, state } : write))
      }
      for (const [n, step] of steps.entries()) {
        switch (step.do) {
          case 'arrive':
            arrive(step.items)
            break
          case 'write':
            outbox = [...outbox, writeOf(`t${n}`, step.items)]
            break
          case 'echo':
            if (outbox[step.which]) arrive(outbox[step.which]?.items as unknown as Item[])
            outbox = outbox.filter((_, index) => index !== step.which)
            break
          case 'discard':
            outbox = outbox.filter((_, index) => index !== step.which)
            break
          case 'reject':
            restate(step.which, 'rejected')
            break
          case 'retry':
            restate(step.which, 'saved')
            break
          case 'drop':
            log = []
            projection.add(batchOf([], 0, { reset: true }))
            break
          case 'take':
            shown.commit(projection.take().get('messages') ?? [])
            break
        }
        projection.setOutbox(outbox)
      }
      shown.commit(projection.take().get('messages') ?? [])

      const pending = outbox.filter(({ state }) => state !== 'rejected').flatMap(({ items }) => items)
      const expected = naive([...log, ...(pending as unknown as Item[])])
      const actual = [...shown.rows].map(([id, { _seq, ...row }]) => [id, row])
      expect(Object.fromEntries(actual)).toEqual(expected)
      expect(new Map(Array.from(projection.rows('messages'), (row) => [String(row.id), row]))).toEqual(
        shown.rows,
      )
      for (const [id, row] of shown.rows) {
        const inLog = id in naive(log)
        expect(Number(row._seq) < log.length).toBe(
          inLog && !deletedByPending(id, pending as unknown as Item[]),
        )
      }
    }),
    { numRuns: 500 },
  )
})

/** A row that pending changes delete and make anew stands at the end. */
function deletedByPending(id: string, pending: readonly Item[]): boolean {
  return pending.some(({ key, headers }) => key === id && (headers as Item).operation === 'delete')
}

test('how the log is cut into batches makes no difference (S1-47)', () => {
  fc.assert(
    fc.property(fc.array(logItem, { maxLength: 30 }), fc.array(fc.nat(5)), (log, cuts) => {
      const whole = createProjection(tables, () => 0)
      whole.add(batchOf(log))
      const parts = createProjection(tables, () => 0)
      let at = 0
      for (const size of [...cuts, log.length]) {
        const items = log.slice(at, at + size)
        parts.add(batchOf(items, at))
        at += items.length
      }
      expect(new Map(byId(parts.rows('messages')))).toEqual(new Map(byId(whole.rows('messages'))))
    }),
  )
})

function byId(rows: Iterable<Row>): [string, Row][] {
  return Array.from(rows, (row) => [String(row.id), row])
}

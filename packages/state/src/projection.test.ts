import type { PendingWrite } from '@strandline/client'
import { describe, expect, test } from 'vitest'
import { createProjection, type Projection } from './projection.ts'
import { pendingPlaces } from './row.ts'
import { tablesOf } from './table.ts'
import { batchOf, writeOf } from './testing/batches.ts'
import { chat, item } from './testing/chat.ts'

const tables = tablesOf(chat)

function fresh(): Projection {
  const next = pendingPlaces()
  return createProjection(tables, () => next())
}

const shown = (projection: Projection) => {
  const rows = [...projection.rows('messages')] as { id: string; text: string; _seq: number }[]
  return rows.sort((a, b) => a._seq - b._seq).map(({ id, text }) => `${id}:${text}`)
}
const writes = (projection: Projection) => projection.take().get('messages') ?? []

interface Case {
  readonly log?: readonly unknown[]
  readonly outbox: readonly PendingWrite[]
  readonly later?: readonly unknown[]
  readonly rows: readonly string[]
}

const edit = (text: string, n: number, state?: PendingWrite['state']) =>
  writeOf(`t${n}`, [item('update', 'a', text)], state)

const cases: Record<string, Case> = {
  'an insert over an insert': {
    log: [item('insert', 'a', 'theirs')],
    outbox: [writeOf('t', [item('insert', 'a', 'mine')])],
    rows: ['a:mine'],
  },
  'an insert that the log overtakes': {
    outbox: [writeOf('t', [item('insert', 'a', 'mine')])],
    later: [item('insert', 'a', 'theirs'), item('insert', 'b', 'other')],
    rows: ['a:mine', 'b:other'],
  },
  'an update of a row that the log deletes meanwhile': {
    log: [item('insert', 'a', 'old')],
    outbox: [edit('mine', 1)],
    later: [item('delete', 'a')],
    rows: ['a:mine'],
  },
  'a delete of a row that the log updates meanwhile': {
    log: [item('insert', 'a', 'old')],
    outbox: [writeOf('t', [item('delete', 'a')])],
    later: [item('update', 'a', 'theirs')],
    rows: [],
  },
  'a delete, then an insert': {
    log: [item('insert', 'a', 'old'), item('insert', 'b', 'b')],
    outbox: [writeOf('t1', [item('delete', 'a')]), writeOf('t2', [item('insert', 'a', 'new')])],
    rows: ['b:b', 'a:new'],
  },
  'ten edits of one row': {
    log: [item('insert', 'a', '0')],
    outbox: Array.from({ length: 10 }, (_, n) => edit(String(n + 1), n)),
    rows: ['a:10'],
  },
  'a rejected one in the middle of five': {
    log: [item('insert', 'a', '0')],
    outbox: [1, 2, 3, 4, 5].map((n) =>
      writeOf(`t${n}`, [item('insert', `k${n}`, String(n))], n === 3 ? 'rejected' : 'saved'),
    ),
    rows: ['a:0', 'k1:1', 'k2:2', 'k4:4', 'k5:5'],
  },
  'a rejected last edit uncovers the one before': {
    log: [item('insert', 'a', '0')],
    outbox: [edit('1', 1), edit('2', 2, 'rejected')],
    rows: ['a:1'],
  },
  'sending, sent and uncertain writes stay visible': {
    outbox: (['sending', 'sent', 'uncertain'] as const).map((state) =>
      writeOf(state, [item('insert', state, '!')], state),
    ),
    rows: ['sending:!', 'sent:!', 'uncertain:!'],
  },
  'several items of one write': {
    outbox: [writeOf('t', [item('insert', 'a', '1'), item('insert', 'b', '2'), item('update', 'a', '3')])],
    rows: ['a:3', 'b:2'],
  },
  'a reset keeps what is pending': {
    log: [item('insert', 'a', 'old'), item('insert', 'b', 'b')],
    outbox: [edit('mine', 1)],
    later: [{ headers: { control: 'reset' } }, item('insert', 'c', 'c')],
    rows: ['c:c', 'a:mine'],
  },
}

describe('rows are the log with the outbox on top (invariant 1)', () => {
  test.each(Object.entries(cases))('%s', (_, { log = [], outbox, later = [], rows }) => {
    const projection = fresh()
    projection.add(batchOf(log))
    projection.setOutbox(outbox)
    projection.add(batchOf(later, log.length))
    expect(shown(projection)).toEqual(rows)
    expect(writes(projection)).toHaveLength(rows.length)
  })
})

describe('take', () => {
  test('an echo that changes nothing is no write', () => {
    const projection = fresh()
    projection.add(batchOf([item('insert', 'a', 'old')]))
    projection.setOutbox([edit('mine', 1)])
    projection.take()
    projection.add(batchOf([item('update', 'a', 'mine')], 1))
    projection.setOutbox([])
    expect(writes(projection)).toEqual([])
  })

  test('the echo of a new row is one write: it gets its place', () => {
    const projection = fresh()
    projection.setOutbox([writeOf('t', [item('insert', 'a', 'mine')])])
    projection.take()
    projection.add(batchOf([item('insert', 'a', 'mine')], 7))
    projection.setOutbox([])
    expect(writes(projection)).toEqual([{ type: 'update', value: { id: 'a', text: 'mine', _seq: 7 } }])
  })

  test('a refused write falls back to the log, and comes back with a retry', () => {
    const projection = fresh()
    projection.add(batchOf([item('insert', 'a', 'log')]))
    const write = edit('mine', 1)
    projection.setOutbox([write])
    projection.take()
    projection.setOutbox([{ ...write, state: 'rejected' }])
    expect(writes(projection)).toMatchObject([{ type: 'update', value: { text: 'log' } }])
    projection.setOutbox([{ ...write, state: 'saved' }])
    expect(writes(projection)).toMatchObject([{ type: 'update', value: { text: 'mine' } }])
  })

  test('a change of state alone touches no row', () => {
    const projection = fresh()
    const write = edit('mine', 1)
    projection.setOutbox([write])
    projection.take()
    projection.setOutbox([{ ...write, state: 'sending', attempts: 1 }])
    expect(projection.touched).toBe(0)
  })

  test('a reset says what differs, not everything', () => {
    const projection = fresh()
    projection.add(batchOf([item('insert', 'a', '1'), item('insert', 'b', '2')]))
    projection.take()
    projection.add(batchOf([item('insert', 'b', '2')], 0, { reset: true }))
    expect(writes(projection)).toMatchObject([
      { type: 'delete', key: 'a' },
      { type: 'update', value: { id: 'b', _seq: 0 } },
    ])
  })
})

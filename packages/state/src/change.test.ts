import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { applyChange, originOf, readItem } from './change.ts'
import type { Row } from './row.ts'
import { tablesOf } from './table.ts'
import { chat, item } from './testing/chat.ts'

const tables = tablesOf(chat, {
  'message.delta': { into: 'messages', apply: (row, delta) => ({ ...row, text: row.text + String(delta) }) },
})
const read = (raw: unknown) => readItem(tables, raw)

describe('readItem', () => {
  const strangers: [string, unknown, string][] = [
    ['null', null, 'malformed'],
    ['a string', 'hello', 'malformed'],
    ['an array', [], 'malformed'],
    ['no headers', { type: 'message', key: 'a', value: {} }, 'malformed'],
    ['headers that are no object', { type: 'message', key: 'a', headers: 'insert' }, 'malformed'],
    ['an unknown operation', { type: 'message', key: 'a', headers: { operation: 'merge' } }, 'malformed'],
    ['a type that is no string', { type: 7, key: 'a', headers: { operation: 'insert' } }, 'malformed'],
    ['an unknown type', { type: 'rocket', key: 'a', headers: { operation: 'insert' } }, 'unknown-type'],
    ['a number for a key', { ...item('insert', 'a', 'x'), key: 42 }, 'key'],
    ['an empty key', item('insert', '', 'x'), 'key'],
    ['a blank key', item('insert', '  ', 'x'), 'key'],
    ['no value', item('insert', 'a'), 'value'],
    ['a primitive value', { ...item('insert', 'a'), value: 'dark' }, 'value'],
    ['an array for a value', { ...item('insert', 'a'), value: [] }, 'value'],
    ['a missing field', { ...item('insert', 'a'), value: {} }, 'schema'],
    ['a wrong required field', { ...item('insert', 'a'), value: { text: 7 } }, 'schema'],
  ]
  test.each(strangers)('sets aside %s', (_, raw, reason) => {
    expect(read(raw)).toMatchObject({ kind: 'stranger', complaint: { reason } })
  })

  test('fills in the key that a value leaves out, and overrules one that differs', () => {
    const bare = { type: 'message', key: 'a', value: { text: 'x' }, headers: { operation: 'insert' } }
    expect(read(bare)).toMatchObject({ change: { op: 'put', value: { id: 'a', text: 'x' } } })
    const other = { ...bare, value: { id: 'b', text: 'x' } }
    expect(read(other)).toMatchObject({ key: 'a', change: { value: { id: 'a' } } })
  })

  test('keeps a row whose optional field is wrong, without the field (S0-25)', () => {
    const raw = { ...item('insert', 'a'), value: { id: 'a', text: 'x', note: 7 } }
    expect(read(raw)).toMatchObject({ kind: 'change', complaint: { reason: 'field' } })
    expect(read(raw)).toHaveProperty('change.value', { id: 'a', text: 'x' })
  })

  test.each(['insert', 'update', 'upsert'] as const)('%s puts the whole row', (operation) => {
    expect(read(item(operation, 'a', 'x'))).toMatchObject({ change: { op: 'put', value: { text: 'x' } } })
  })

  test('delete needs no value', () => {
    expect(read(item('delete', 'a'))).toMatchObject({ key: 'a', change: { op: 'delete' } })
  })

  test('control messages are told apart', () => {
    expect(read({ headers: { control: 'reset' } })).toEqual({ kind: 'control', control: 'reset' })
  })

  test('a schema that throws, or takes its time, sets the item aside', () => {
    const with_ = (validate: (value: unknown) => never) => {
      const schema = { '~standard': { version: 1, vendor: 'test', validate } } as const
      return readItem(
        tablesOf({ rows: { schema, type: 'message', primaryKey: 'id' } }),
        item('insert', 'a', 'x'),
      )
    }
    const thrown = with_(() => {
      throw new Error('boom')
    })
    expect(thrown).toMatchObject({ complaint: { reason: 'schema', message: 'boom' } })
    const late = with_(() => Promise.reject(new Error('late')) as never)
    expect(late).toMatchObject({ complaint: { reason: 'schema' } })
  })

  test('defaults and transforms of the schema reach the row', () => {
    const schema = z.object({ id: z.string(), at: z.coerce.date(), tags: z.array(z.string()).default([]) })
    const dated = tablesOf({ rows: { schema, type: 'row', primaryKey: 'id' } })
    const raw = { type: 'row', key: 'a', value: { at: '2025-01-01' }, headers: { operation: 'insert' } }
    const value = { id: 'a', at: new Date('2025-01-01'), tags: [] }
    expect(readItem(dated, raw)).toMatchObject({ change: { value } })
  })
})

describe('applyChange', () => {
  const put = (text: string) => ({ op: 'put', value: { id: 'a', text } }) as const

  test('a row keeps its place until it is deleted', () => {
    const row = applyChange(undefined, put('x'), 3)
    expect(row).toEqual({ id: 'a', text: 'x', _seq: 3 })
    expect(applyChange(row, put('y'), 9)).toEqual({ id: 'a', text: 'y', _seq: 3 })
    expect(applyChange(row, { op: 'delete' }, 10)).toBeUndefined()
  })

  test('a put replaces: what it leaves out is gone', () => {
    const row = { id: 'a', text: 'x', note: 'old', _seq: 0 }
    expect(applyChange(row, put('y'), 1)).not.toHaveProperty('note')
  })

  test('S0-6 where the first insert wins, another one changes nothing; updates and a new life do', () => {
    const once = tablesOf({ messages: { ...chat.messages, firstInsertWins: true } })
    const rowAfter = (...items: object[]) =>
      items.reduce<Row | undefined>((row, raw, n) => {
        const reading = readItem(once, raw)
        return reading.kind === 'change' ? applyChange(row, reading.change, n) : row
      }, undefined)
    const [first, again] = [item('insert', 'a', 'x'), item('insert', 'a', 'y')]
    expect(rowAfter(first, again)).toEqual({ id: 'a', text: 'x', _seq: 0 })
    expect(rowAfter(first, item('update', 'a', 'y'))).toMatchObject({ text: 'y' })
    expect(rowAfter(first, item('upsert', 'a', 'y'))).toMatchObject({ text: 'y' })
    expect(rowAfter(first, item('delete', 'a'), again)).toEqual({ id: 'a', text: 'y', _seq: 2 })
  })

  test('a fold extends the row, and needs one', () => {
    const fold = {
      op: 'fold',
      fold: { apply: (row: object, delta: unknown) => ({ ...row, delta }), invalid: 'hold' },
      delta: 1,
    } as const
    expect(applyChange({ id: 'a', _seq: 4 }, fold, 9)).toEqual({ id: 'a', delta: 1, _seq: 4 })
    expect(() => applyChange(undefined, fold, 9)).toThrow(RangeError)
  })
})

test('a write is complete with its last item', () => {
  expect(originOf(item('insert', 'a', 'x', { txid: 't' }))).toMatchObject({ txid: 't', last: true })
  expect(originOf(item('insert', 'a', 'x', { txid: 't', part: '1/2' }))).toMatchObject({ last: false })
  expect(originOf(item('insert', 'a', 'x', { txid: 't', part: '2/2' }))).toMatchObject({ last: true })
  expect(originOf(item('insert', 'a', 'x'))).toBeUndefined()
  expect(originOf('stranger')).toBeUndefined()
})

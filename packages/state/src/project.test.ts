import { expect, test } from 'vitest'
import { project } from './project.ts'
import { tablesOf } from './table.ts'
import { batchOf } from './testing/batches.ts'
import { chat, item } from './testing/chat.ts'

const tables = tablesOf(chat, {
  delta: { into: 'messages', apply: (row, delta) => ({ ...row, text: row.text + String(delta) }) },
})
const none = () => undefined
const delta = (key: string, value: string) => ({
  type: 'delta',
  key,
  value,
  headers: { operation: 'insert' },
})

function messages(items: readonly unknown[], before: (key: string) => object | undefined = none) {
  const row = (name: string, key: string) => (name === 'messages' ? (before(key) as never) : undefined)
  const seen = (part: string) => part === 'old 1/2'
  const known = { row, seen, held: new Set<string>(), stopped: undefined }
  const { rows, ...rest } = project(tables, known, batchOf(items, 10))
  return { ...rest, rows: Object.fromEntries(rows.get('messages') ?? []) }
}

test('the last change of a key counts; the place is that of its first', () => {
  const { rows } = messages([item('insert', 'a', '1'), item('insert', 'b', '2'), item('update', 'a', '3')])
  expect(rows).toEqual({ a: { id: 'a', text: '3', _seq: 10 }, b: { id: 'b', text: '2', _seq: 11 } })
})

test('a row that was there keeps its place; one that was deleted gets a new one', () => {
  const before = (key: string) => (key === 'a' ? { id: 'a', text: 'old', _seq: 2 } : undefined)
  expect(messages([item('upsert', 'a', 'new')], before).rows).toMatchObject({ a: { _seq: 2 } })
  const again = messages([item('delete', 'a'), item('insert', 'a', 'new')], before)
  expect(again.rows).toMatchObject({ a: { _seq: 11 } })
})

test('a reset voids what was there and what came before it in the batch', () => {
  const items = [item('insert', 'a', '1'), { headers: { control: 'reset' } }, item('insert', 'b', '2')]
  const { reset, rows } = messages(items, () => ({ id: 'x', _seq: 0 }))
  expect(reset).toBe(true)
  expect(rows).toEqual({ b: { id: 'b', text: '2', _seq: 12 } })
})

test('snapshot marks change nothing', () => {
  const marks = [{ headers: { control: 'snapshot-start' } }, { headers: { control: 'snapshot-end' } }]
  expect(messages(marks)).toMatchObject({ reset: false, rows: {}, issues: [], txids: [], parts: [] })
})

test('folds run in log order over what the batch has made so far', () => {
  const { rows } = messages([item('insert', 'a', ''), delta('a', 'he'), delta('a', 'llo')])
  expect(rows).toEqual({ a: { id: 'a', text: 'hello', _seq: 10 } })
})

test('a fold without a row is an issue, and the rest goes on', () => {
  const { rows, issues } = messages([delta('a', 'he'), item('insert', 'a', 'x')])
  expect(rows).toMatchObject({ a: { text: 'x' } })
  expect(issues).toMatchObject([{ id: '10', reason: 'fold', ordinal: 10, key: 'a' }])
})

test('strangers are kept with their place, offset and raw value (invariant 9)', () => {
  const { rows, issues } = messages(['junk', item('insert', 'a', 'x'), item('insert', 'b')])
  expect(Object.keys(rows)).toEqual(['a'])
  expect(issues).toMatchObject([
    { id: '10', reason: 'malformed', ordinal: 10, offset: 'at-10', raw: 'junk', count: 1 },
    { id: '12', reason: 'value', ordinal: 12, type: 'message', key: 'b' },
  ])
})

test('items of one unknown type share an issue', () => {
  const rocket = { type: 'rocket', key: 'a', headers: { operation: 'insert' } }
  const { issues } = messages([rocket, rocket])
  expect(new Set(issues.map(({ id }) => id))).toEqual(new Set(['type:rocket']))
})

test('an item that names its place in a write counts once (write protocol, 12)', () => {
  const part = (text: string, headers: object) => item('insert', 'a', text, headers)
  const items = [
    part('1', { txid: 't', part: '1/2' }),
    part('2', { txid: 't', part: '2/2' }),
    part('again', { txid: 't', part: '1/2' }),
    part('before', { txid: 'old', part: '1/2' }),
  ]
  const { rows, parts } = messages(items)
  expect(rows).toMatchObject({ a: { text: '2' } })
  expect(parts).toEqual(['t 1/2', 't last'])
})

test('gives the writes that are complete', () => {
  const part = (place: string) => item('insert', 'a', 'x', { txid: 'two', part: place })
  const items = [item('insert', 'b', 'x', { txid: 'one' }), part('1/2'), part('2/2'), 'junk']
  expect(messages(items).txids).toEqual(['one', 'two'])
})

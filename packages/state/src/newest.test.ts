import { expect, test } from 'vitest'
import { newestRows } from './newest.ts'
import { createProjection } from './projection.ts'
import { arrival } from './row.ts'
import { tablesOf } from './table.ts'
import { batchOf, writeOf } from './testing/batches.ts'
import { chat, item } from './testing/chat.ts'

const tables = tablesOf(chat, {
  'message.delta': { into: 'messages', apply: (row, delta) => ({ ...row, text: row.text + String(delta) }) },
})
const delta = (key: string, value: string) => ({
  type: 'message.delta',
  key,
  value,
  headers: { operation: 'insert' },
})
const never = () => {
  throw new Error('nothing is pending')
}

/** The messages of the end of a log that begins at `first`, as key, text and place. */
function messagesOf(items: readonly unknown[], first = 100, outbox: Parameters<typeof newestRows>[2] = []) {
  const places = new Map<string, number>()
  const seqOf = (txid: string, index: number) => {
    const name = `${txid} ${index}`
    places.set(name, places.get(name) ?? 1_000 + places.size)
    return places.get(name) ?? 0
  }
  const rows = newestRows(tables, [batchOf(items, first)], outbox, outbox.length > 0 ? seqOf : never)
  return (rows.get('messages') ?? []).map((row) => [row.id, row.text, arrival(row)])
}

test('rows that begin in the end of a log are as all of the log makes them, in their places', () => {
  const before = [item('insert', 'old', 'before')]
  const end = [
    item('insert', 'a', 'one'),
    item('insert', 'b', 'two'),
    delta('a', ' and more'),
    item('update', 'b', 'edited'),
    item('insert', 'c', 'three'),
    item('delete', 'c'),
  ]
  const whole = createProjection(tables, never)
  whole.add(batchOf([...before, ...end]))
  const all = [...whole.rows('messages')].map((row) => [row.id, row.text, arrival(row)])
  expect(messagesOf(end, before.length)).toEqual(all.slice(1))
  expect(all[0]).toEqual(['old', 'before', 0])
})

test('what changes a row from before the end is left out: neither its place nor its beginning is known', () => {
  const end = [
    item('update', 'old', 'edited'),
    item('upsert', 'older', 'edited'),
    delta('oldest', ' more'),
    item('delete', 'gone'),
    item('insert', 'new', 'here'),
  ]
  expect(messagesOf(end)).toEqual([['new', 'here', 104]])
})

test('rows stand in the order of their places, also one that went and came back', () => {
  const end = [
    item('insert', 'a', 'one'),
    item('insert', 'b', 'two'),
    item('delete', 'a'),
    item('insert', 'a', 'again'),
  ]
  expect(messagesOf(end)).toEqual([
    ['b', 'two', 101],
    ['a', 'again', 103],
  ])
})

test('a reset voids what is before it; strangers and items that do not fit are passed over', () => {
  const reset = { headers: { control: 'reset' } }
  const rocket = { type: 'rocket', key: 'r', value: {}, headers: { operation: 'insert' } }
  const end = [item('insert', 'a', 'void'), reset, null, rocket, { ...item('insert', 'x'), value: 7 }]
  expect(messagesOf([...end, item('insert', 'b', 'stays')])).toEqual([['b', 'stays', 105]])
})

test('the places of a checkpoint are kept', () => {
  const batch = batchOf([item('insert', 'a', 'one'), item('insert', 'b', 'two')], 7, { places: [20, 31] })
  const rows = newestRows(tables, [batch], [], never)
  expect(rows.get('messages')?.map(arrival)).toEqual([20, 31])
})

test('rows that wait to be sent come last; a waiting change of a row from before is left out', () => {
  const outbox = [
    writeOf('t1', [item('insert', 'mine', 'typed')]),
    writeOf('t2', [item('update', 'old', 'edited')]),
    writeOf('t3', [item('update', 'a', 'edited here')]),
    writeOf('t4', [item('insert', 'refused', 'no')], 'rejected'),
    writeOf('t5', [item('update', 'refused', 'no more')]),
    // What begins is shown, also beside what changes a row from before.
    writeOf('t6', [item('update', 'old', 'again'), item('insert', 'last', 'too')]),
  ]
  expect(messagesOf([item('insert', 'a', 'one')], 100, outbox)).toEqual([
    ['a', 'edited here', 100],
    ['mine', 'typed', 1_000],
    ['last', 'too', 1_006],
  ])
})

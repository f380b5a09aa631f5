import { expect, test } from 'vitest'
import type { Message } from '../../schema.ts'
import { rowLayout as layoutOfEntries } from './rows.ts'
import { timeline } from './timeline.ts'

const NOON = new Date(2026, 2, 3, 12).getTime()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
let count = 0

/** From messages to rows, as a conversation of people has them. */
function rowLayout() {
  const line = timeline()
  const layOut = layoutOfEntries()
  return (messages: readonly Message[]) =>
    layOut(line({ messages, runs: [], toolCalls: [], approvals: [], notices: [] }))
}

function said(author: string, at: number): Message {
  count += 1
  return { id: `m${count}`, author, at, text: 'hello' }
}

function shape(messages: readonly Message[]): string[] {
  return rowLayout()(messages).map((row) =>
    row.kind !== 'message' ? row.kind : `${row.opens ? 'opens' : 'goes on'}${row.late ? ' late' : ''}`,
  )
}

test('one author within ten minutes is one run', () => {
  const messages = [said('a', NOON), said('a', NOON + MINUTE), said('a', NOON + 20 * MINUTE)]
  expect(shape(messages)).toEqual(['day', 'opens', 'goes on', 'opens'])
})

test('another author opens a run', () => {
  expect(shape([said('a', NOON), said('b', NOON), said('a', NOON)])).toEqual([
    'day',
    'opens',
    'opens',
    'opens',
  ])
})

test('a new name of the same author opens a run', () => {
  expect(shape([said('a', NOON), { ...said('a', NOON), name: 'Ada' }])).toEqual(['day', 'opens', 'opens'])
})

test('each later day is announced once and opens a run', () => {
  const messages = [said('a', NOON), said('a', NOON + DAY), said('a', NOON + DAY + MINUTE)]
  expect(shape(messages)).toEqual(['day', 'opens', 'day', 'opens', 'goes on'])
})

test('a message that waited offline keeps its place in the log and is marked', () => {
  const messages = [said('a', NOON + DAY), said('b', NOON), said('a', NOON + DAY + MINUTE)]
  expect(shape(messages)).toEqual(['day', 'opens', 'opens late', 'opens'])
})

test('the order is the one that came in, whatever the clocks say (S1-52)', () => {
  const messages = [said('a', NOON + MINUTE), said('b', NOON)]
  const keys = rowLayout()(messages).flatMap((row) => (row.kind === 'message' ? [row.key] : []))
  expect(keys).toEqual(messages.map(({ id }) => id))
})

test('every key is there once', () => {
  const keys = rowLayout()([said('a', NOON), said('b', NOON + DAY), said('c', NOON)]).map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('rows above a change stay the same objects', () => {
  const layOut = rowLayout()
  const messages = [said('a', NOON), said('b', NOON), said('c', NOON + DAY)]
  const first = layOut(messages)
  const second = layOut([...messages.slice(0, 2), said('c', NOON + DAY), said('d', NOON + DAY)])
  expect(second.slice(0, 3)).toEqual(first.slice(0, 3))
  expect(second.findIndex((row, index) => row !== first[index])).toBe(3)
  expect(layOut(messages.slice())).toHaveLength(first.length)
})

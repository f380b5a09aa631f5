import { expect, test } from 'vitest'
import type { Message } from '../../schema.ts'
import { layOut } from './rows.ts'

const NOON = new Date(2026, 2, 3, 12).getTime()
const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
let count = 0

function said(author: string, at: number): Message {
  count += 1
  return { id: `m${count}`, author, at, text: 'hello' }
}

function shape(messages: readonly Message[]): string[] {
  return layOut(messages).map((row) =>
    row.kind === 'day' ? 'day' : `${row.opens ? 'opens' : 'goes on'}${row.late ? ' late' : ''}`,
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
  const keys = layOut(messages).flatMap((row) => (row.kind === 'message' ? [row.key] : []))
  expect(keys).toEqual(messages.map(({ id }) => id))
})

test('every key is there once', () => {
  const keys = layOut([said('a', NOON), said('b', NOON + DAY), said('c', NOON)]).map(({ key }) => key)
  expect(new Set(keys).size).toBe(keys.length)
})

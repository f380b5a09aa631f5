import type { PendingWrite } from '@strandline/client'
import { expect, test } from 'vitest'
import type { Message } from '../../schema.ts'
import { markOf, withRefused, writesByKey } from './pending.ts'

function write(state: PendingWrite['state'], value: Message, error?: PendingWrite['error']): PendingWrite {
  return {
    txid: `t-${value.id}`,
    stream: 'http://relay/v1/stream/session/a',
    state,
    attempts: 1,
    keys: [{ type: 'message', key: value.id }],
    items: [{ type: 'message', key: value.id, value, headers: { operation: 'insert' } }],
    ...(error && { error }),
  }
}

function said(id: string): Message {
  return { id, author: 'u-1', at: 1, text: id }
}

test('what waits, waits; what is under way while live is being sent', () => {
  expect(markOf(write('saved', said('a')), 'live').text).toBe('Waiting to be sent')
  expect(markOf(write('sending', said('a')), 'live').text).toBe('Sending')
  expect(markOf(write('sent', said('a')), 'live').text).toBe('Sent')
})

test('nothing is said to be under way while the server cannot be reached', () => {
  expect(markOf(write('sending', said('a')), 'waiting').text).toBe('Waiting to be sent')
  const failed = write('sending', said('a'), { code: 'network', message: 'no answer' })
  expect(markOf(failed, 'live').text).toBe('Waiting to be sent')
})

test('a refusal gives its reason and waits for a person', () => {
  const refused = write('rejected', said('a'), { code: 'too-large', message: '413' })
  expect(markOf(refused, 'live')).toEqual({
    icon: 'alert',
    text: 'Not sent: it is longer than the server takes',
    stuck: true,
  })
  expect(markOf(write('uncertain', said('a')), 'live').stuck).toBe(true)
})

test('a refused message stays in sight, after those that are in the log', () => {
  const pending = [write('rejected', said('b')), write('saved', said('c'))]
  expect(withRefused([said('a')], pending).map(({ id }) => id)).toEqual(['a', 'b'])
})

test('a message that is a row already is not shown twice', () => {
  expect(withRefused([said('a')], [write('rejected', said('a'))])).toHaveLength(1)
})

test('without refusals the rows stay the same array', () => {
  const rows = [said('a')]
  expect(withRefused(rows, [write('saved', said('a'))])).toBe(rows)
})

test('writes are found by the rows of their type', () => {
  const own = write('saved', said('a'))
  expect(writesByKey([own], 'message').get('a')).toBe(own)
  expect(writesByKey([own], 'run').size).toBe(0)
})

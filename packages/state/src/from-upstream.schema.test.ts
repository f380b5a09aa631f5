import { describe, expect, test } from 'vitest'
import {
  createStateSchema,
  isChangeEvent,
  isControlEvent,
  MaterializedState,
  type StateEvent,
} from './index.ts'
import { chat } from './testing/chat.ts'
import { eventually } from './testing/harness.ts'
import { stockServer } from './testing/stock.ts'

/** Schemas and the helpers that make messages, as code written for `@durable-streams/state` uses them. */

const { opened } = stockServer()
const { users, messages } = chat
const ada = { id: 'u', name: 'Ada' }
const wrong = { id: 'u' } as never

describe('a schema refuses', () => {
  test('reserved names', () => {
    expect(() => createStateSchema({ preload: messages })).toThrow(/reserved/i)
    expect(() => createStateSchema({ close: messages })).toThrow(/reserved/i)
  })

  test('two collections of one type', () => {
    expect(() => createStateSchema({ a: messages, b: messages })).toThrow(/duplicate/i)
  })
})

describe('the helpers make', () => {
  const whole = { type: 'user', key: 'k', value: ada }

  test.each([
    ['insert', users.insert({ key: 'k', value: ada }), { ...whole, headers: { operation: 'insert' } }],
    [
      'insert, its key in the value',
      users.insert({ value: ada }),
      { ...whole, key: 'u', headers: { operation: 'insert' } },
    ],
    ['upsert', users.upsert({ key: 'k', value: ada }), { ...whole, headers: { operation: 'upsert' } }],
    ['update', users.update({ key: 'k', value: ada }), { ...whole, headers: { operation: 'update' } }],
    [
      'update with what was',
      users.update({ key: 'k', value: ada, oldValue: { ...ada, name: 'A' } }),
      { ...whole, old_value: { ...ada, name: 'A' }, headers: { operation: 'update' } },
    ],
    ['delete', users.delete({ key: 'k' }), { type: 'user', key: 'k', headers: { operation: 'delete' } }],
    [
      'delete by what was',
      users.delete({ oldValue: ada }),
      { type: 'user', key: 'u', old_value: ada, headers: { operation: 'delete' } },
    ],
    [
      'headers of the app, but no other operation',
      users.insert({
        key: 'k',
        value: ada,
        headers: { txid: 't', from: 'app', operation: 'delete' as never },
      }),
      { ...whole, headers: { operation: 'insert', txid: 't', from: 'app' } },
    ],
    [
      'the type of their own collection',
      messages.insert({ value: { id: 'm', text: 'x' } }),
      { type: 'message', key: 'm', value: { id: 'm', text: 'x' }, headers: { operation: 'insert' } },
    ],
  ])('%s', (_, made, message) => {
    expect(made).toEqual(message)
  })

  test.each(['update', 'delete'] as const)('%s: the operation is not to be overridden', (operation) => {
    const headers = { operation: 'insert' as never }
    expect(users[operation]({ key: 'k', value: ada, headers }).headers.operation).toBe(operation)
  })

  test.each([
    ['insert', () => users.insert({ value: wrong }), /Validation failed for user insert: .*string/s],
    ['upsert', () => users.upsert({ value: wrong }), /Validation failed for user upsert/],
    ['update', () => users.update({ value: wrong }), /Validation failed for user update/],
    ['update from', () => users.update({ value: ada, oldValue: wrong }), /Validation failed for user update/],
    ['delete', () => users.delete({ key: 'u', oldValue: wrong }), /Validation failed for user delete/],
    ['delete of nothing', () => users.delete({}), /either 'key' or 'oldValue'/],
  ])('no %s of what the schema refuses', (_, make, words) => {
    expect(make).toThrow(words)
  })
})

test('what the helpers make comes back as rows', async () => {
  const { db, append } = await opened([
    users.insert({ value: ada }),
    users.upsert({ key: 'u', value: { id: 'u', name: 'Ada L.' } }),
  ])
  expect(db.collections.users.get('u')?.name).toBe('Ada L.')
  await append(users.delete({ key: 'u' }))
  await eventually(() => expect(db.collections.users.size).toBe(0))
})

test('a log that is read without a database: told apart, and materialized', async () => {
  const { stream } = await opened([
    users.insert({ value: ada }),
    { headers: { control: 'snapshot-end' } },
    messages.insert({ value: { id: 'm', text: 'x' } }),
    users.update({ value: { ...ada, name: 'Ada L.' } }),
    messages.delete({ key: 'm' }),
  ])
  const answer = await fetch(`${stream.url}?offset=-1`)
  const log = (await answer.json()) as StateEvent[]
  expect(log.filter(isControlEvent)).toMatchObject([{ headers: { control: 'snapshot-end' } }])
  const state = new MaterializedState()
  state.applyBatch(log.filter(isChangeEvent))
  expect(state.get('user', 'u')).toEqual({ ...ada, name: 'Ada L.' })
  expect(state.get('message', 'm')).toBeUndefined()
  expect([...state.getType('user').keys()]).toEqual(['u'])
})

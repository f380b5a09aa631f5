import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Client, createStateSchema, createStreamDB, type Folds, type InvalidPolicy } from './index.ts'
import { chat, item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness, rejection } from './testing/harness.ts'

let on: Harness
beforeEach(() => {
  on = harness('indexeddb')
})
afterEach(() => on.end())

const message = z.object({ id: z.string(), text: z.string().max(5), note: z.string().optional() })
const reset = { headers: { control: 'reset' } }
const delta = (key: string, value: unknown) => {
  return { type: 'delta', key, value, headers: { operation: 'insert' } }
}

interface Reading {
  readonly schema?: typeof message
  readonly client?: Client
  readonly fold?: InvalidPolicy
}

/** The room, read with a policy for its rows and one for its deltas. */
function open(invalid: InvalidPolicy, { schema = message, client = on.client(), fold }: Reading = {}) {
  const messages = { ...chat.messages, schema, invalid }
  const folds: Folds<typeof chat> = {
    delta: {
      into: 'messages',
      ...(fold && { invalid: fold }),
      apply: (row, value) => {
        if (typeof value !== 'string') throw new TypeError('no text')
        return { ...row, text: row.text + value }
      },
    },
  }
  const state = createStateSchema({ ...chat, messages })
  return createStreamDB({ streamOptions: { url: on.relay.url('room') }, client, state, folds })
}

const long = item('update', 'a', 'far too long')
const noted = (note: unknown) => ({ ...item('insert', 'n', '1'), value: { id: 'n', text: '1', note } })

describe('an item that fails, by the policy of its type (wish 7)', () => {
  test('skip: the next item of the key counts, and the fields that fit are kept', async () => {
    await on.relay.append('room', [item('insert', 'a', '1'), long, item('update', 'a', '2'), noted(7)])
    const db = open('skip')
    await db.preload()
    expect(texts(db.collections.messages)).toEqual(['a:2', 'n:1'])
    expect(db.issues.toArray).toMatchObject([
      { reason: 'schema', ordinal: 1, policy: 'skip', raw: long },
      { reason: 'field', ordinal: 3 },
    ])
    await db.close()
  })

  test('hold: later items of its key wait, those of others do not', async () => {
    const later = [item('update', 'a', '2'), item('insert', 'b', '3'), item('delete', 'a'), noted(7)]
    await on.relay.append('room', [item('insert', 'a', '1'), long, ...later])
    const db = open('hold')
    await db.preload()
    expect(texts(db.collections.messages)).toEqual(['a:1', 'b:3'])
    expect(db.issues.toArray).toMatchObject([
      { reason: 'schema', ordinal: 1, policy: 'hold' },
      { reason: 'held', ordinal: 2, key: 'a', count: 2 },
      { reason: 'schema', ordinal: 5, key: 'n' },
    ])
    await on.relay.append('room', [item('insert', 'n', '4'), item('insert', 'c', '5')])
    await eventually(() => expect(texts(db.collections.messages)).toEqual(['a:1', 'b:3', 'c:5']))
    await db.close()
  })

  test('stop: rows and offset stay as they were before it, and the status says so', async () => {
    await on.relay.append('room', [item('insert', 'a', '1')])
    const db = open('stop')
    await db.preload({ until: 'live' })
    const { offset } = db
    await on.relay.append('room', [item('update', 'a', '2'), long, item('insert', 'b', '3')])
    await on.relay.append('room', [item('insert', 'c', '4')])
    await eventually(() => expect(db.issues.size).toBe(1))
    expect(texts(db.collections.messages)).toEqual(['a:2'])
    expect(db.offset).toBe(offset)
    expect(db.status.get()).toMatchObject({ state: 'halted', error: { code: 'invalid-item' } })
    expect(await rejection(db.preload({ until: 'live' }))).toMatchObject({ code: 'invalid-item' })
    await db.close()
  })

  test.each(['hold', 'stop'] as const)('%s ends with a reset, in the same batch or later', async (policy) => {
    const broken = [item('insert', 'a', '1'), long, item('update', 'a', '2')]
    await on.relay.append('room', [...broken, reset, item('insert', 'a', '3')])
    const db = open(policy)
    await db.preload({ until: 'live' })
    expect(texts(db.collections.messages)).toEqual(['a:3'])
    await on.relay.append('room', [long, item('update', 'a', '4')])
    await eventually(() => expect(db.issues.size).toBeGreaterThan(1))
    await on.relay.append('room', [reset, item('insert', 'a', '5')])
    await eventually(() => expect(texts(db.collections.messages)).toEqual(['a:5']))
    await eventually(() => expect(db.status.get().state).toBe('live'))
    await db.close()
  })

  test.each(['hold', 'stop'] as const)(
    '%s ends with a schema that takes it, without a request',
    async (policy) => {
      await on.relay.append('room', [item('insert', 'a', '1'), long, item('insert', 'b', '2')])
      const client = on.client()
      const first = open(policy, { client })
      await first.preload()
      await eventually(() => expect(first.issues.size).toBe(1))
      await first.close()
      on.relay.offline()
      const db = open(policy, { client, schema: message.extend({ text: z.string() }) })
      await db.preload()
      expect(texts(db.collections.messages)).toEqual(['a:far too long', 'b:2'])
      expect(db.issues.size).toBe(0)
      await db.close()
    },
  )

  test('an item without a key, and one of an unknown type, stop and hold nothing that has no type', async () => {
    const keyless = { ...item('insert', 'x', '1'), key: '' }
    const rocket = { ...item('insert', 'x', '1'), type: 'rocket' }
    await on.relay.append('room', [rocket, 'junk', keyless, item('insert', 'a', '1')])
    const held = open('hold')
    await held.preload()
    expect(texts(held.collections.messages)).toEqual(['a:1'])
    await held.close()
    const stopped = open('stop')
    await stopped.preload()
    expect(stopped.issues.toArray.map(({ reason }) => reason)).toEqual(['unknown-type', 'malformed', 'key'])
    expect(stopped.collections.messages.size).toBe(0)
    await stopped.close()
  })
})

describe('a delta that cannot be applied', () => {
  test('makes later deltas of its row wait for a whole row (default)', async () => {
    await on.relay.append('room', [item('insert', 'a', '1'), delta('a', 7), delta('a', 'x'), delta('b', 'y')])
    const db = open('skip')
    await db.preload()
    expect(texts(db.collections.messages)).toEqual(['a:1'])
    expect(db.issues.toArray).toMatchObject([
      { reason: 'fold', ordinal: 1, policy: 'hold' },
      { reason: 'held', ordinal: 2 },
      { reason: 'fold', ordinal: 3, key: 'b' },
    ])
    await on.relay.append('room', [item('update', 'a', '2'), delta('a', '3')])
    await eventually(() => expect(texts(db.collections.messages)).toEqual(['a:23']))
    await db.close()
  })

  test('skip: the next one is applied all the same', async () => {
    await on.relay.append('room', [item('insert', 'a', '1'), delta('a', 7), delta('a', 'x')])
    const db = open('skip', { fold: 'skip' })
    await db.preload()
    expect(texts(db.collections.messages)).toEqual(['a:1x'])
    await db.close()
  })
})

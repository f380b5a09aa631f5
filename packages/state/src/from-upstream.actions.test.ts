import type { Transaction } from '@tanstack/db'
import { describe, expect, test } from 'vitest'
import { createStreamDB } from './index.ts'
import { chat, item, texts } from './testing/chat.ts'
import { rejection } from './testing/harness.ts'
import { stockServer } from './testing/stock.ts'

/** Actions and `awaitTxId` as code written for upstream's `createStreamDB` uses them, against the reference server. */

const { closing, stock, opened } = stockServer()

describe('awaitTxId', () => {
  test('waits for the write, however many ask, and knows what it has seen', async () => {
    const { db, append, messages } = await opened()
    const waiting = [db.utils.awaitTxId('t'), db.utils.awaitTxId('t'), db.utils.awaitTxId('t', 5_000)]
    await append(item('insert', 'a', 'x', { txid: 't' }))
    await Promise.all(waiting)
    expect(texts(messages)).toEqual(['a:x'])
    await db.utils.awaitTxId('t')
  })

  test('knows what the log held before it was opened', async () => {
    const { db } = await opened([item('insert', 'a', 'x', { txid: 'before' })])
    await db.utils.awaitTxId('before', 1_000)
  })

  test('gives up after the time that is asked for', async () => {
    const { db } = await opened()
    expect(await rejection(db.utils.awaitTxId('never', 10))).toMatchObject({ code: 'timeout' })
  })
})

describe('actions', () => {
  test('as upstream: optimistic, then whatever mutationFn does', async () => {
    const stream = await stock()
    const db = createStreamDB({
      streamOptions: { url: stream.url },
      state: chat,
      actions: ({ db, stream }) => ({
        send: {
          onMutate: (text: string) => {
            db.collections.messages.insert({ id: text, text })
          },
          mutationFn: async (text: string) => {
            if (text === 'no') throw new Error('refused')
            const txid = crypto.randomUUID()
            await stream.append(JSON.stringify(item('insert', text, text, { txid })))
            await db.utils.awaitTxId(txid)
          },
        },
      }),
    })
    closing.push(() => db.close())
    await db.preload()
    await db.actions.send('yes').isPersisted.promise
    expect(texts(db.collections.messages)).toEqual(['yes:yes'])
    const failed = db.actions.send('no')
    expect(texts(db.collections.messages)).toEqual(['yes:yes', 'no:no'])
    expect(await rejection(failed.isPersisted.promise)).toMatchObject({ message: 'refused' })
    expect(texts(db.collections.messages)).toEqual(['yes:yes'])
  })

  test('several of one database: given the stream, the parameters and the transaction', async () => {
    const stream = await stock()
    const told: unknown[] = []
    const db = createStreamDB({
      stream,
      state: chat,
      actions: ({ db, stream: given }) => {
        const append = async (message: object, txid = crypto.randomUUID()) => {
          await given.append(JSON.stringify({ ...message, headers: { operation: 'upsert', txid } }))
          await db.utils.awaitTxId(txid)
        }
        told.push(given)
        return {
          add: {
            onMutate: (id: string) => void db.collections.messages.insert({ id, text: 'new' }),
            mutationFn: async (id: string, { transaction }: { transaction: Transaction }) => {
              told.push(id, transaction.mutations.length)
              await append(chat.messages.insert({ value: { id, text: 'new' } }))
            },
          },
          edit: {
            onMutate: ({ id, text }: { id: string; text: string }) =>
              void db.collections.messages.update(id, (draft) => {
                draft.text = text
              }),
            mutationFn: ({ id, text }: { id: string; text: string }) =>
              append(chat.messages.update({ value: { id, text } })),
          },
        }
      },
    })
    closing.push(() => db.close())
    await db.preload()
    await db.actions.add('a').isPersisted.promise
    await db.actions.edit({ id: 'a', text: 'edited' }).isPersisted.promise
    expect(texts(db.collections.messages)).toEqual(['a:edited'])
    expect(told).toEqual([stream, 'a', 1])
  })

  test('without mutationFn: one entry of the outbox', async () => {
    const stream = await stock()
    const db = createStreamDB({
      streamOptions: { url: stream.url },
      state: chat,
      actions: ({ db }) => ({
        greet: {
          onMutate: ({ id, text }: { id: string; text: string }) => {
            db.collections.users.insert({ id, name: id })
            db.collections.messages.insert({ id, text })
          },
        },
      }),
    })
    closing.push(() => db.close())
    await db.preload()
    const tx = db.actions.greet({ id: 'ada', text: 'hi' })
    await db.utils.awaitTxId(tx.id)
    expect(texts(db.collections.messages)).toEqual(['ada:hi'])
    expect(db.collections.users.size).toBe(1)
    expect(db.pending.size).toBe(0)
  })

  test('what onMutate throws reaches the caller', async () => {
    const stream = await stock()
    const fail = { onMutate: () => Promise.reject(new Error()) as never }
    const boom = {
      onMutate: () => {
        throw new Error('boom')
      },
    }
    const db = createStreamDB({ stream, state: chat, actions: () => ({ boom, fail }) })
    closing.push(() => db.close())
    expect(() => db.actions.boom({})).toThrow('boom')
  })
})

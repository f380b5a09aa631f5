import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { createStateSchema, createStreamDB } from './index.ts'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness, rejection } from './testing/harness.ts'
import { FOREVER, refusing } from './testing/relay.ts'

describe.each(['memory', 'indexeddb'] as const)('on %s', (storage) => {
  let on: Harness
  beforeEach(() => {
    on = harness(storage)
  })
  afterEach(() => on.end())

  describe('writing', () => {
    test('a write is shown at once, saved, sent, and known by its echo', async () => {
      const db = on.open()
      await db.preload()
      const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
      expect(texts(db.collections.messages)).toEqual(['m:hi'])
      await tx.isPersisted.promise
      await db.utils.awaitTxId(tx.id)
      expect(texts(db.collections.messages)).toEqual(['m:hi'])
      expect(db.pending.size).toBe(0)
      expect(await on.relay.read('room')).toMatchObject([
        {
          type: 'message',
          key: 'm',
          value: { id: 'm', text: 'hi' },
          headers: { operation: 'insert', txid: tx.id },
        },
      ])
    })

    test('what is sent is the value alone, without what the collections add (S3-20)', async () => {
      await on.relay.append('room', [item('insert', 'm', 'old')])
      const db = on.open()
      await db.preload()
      const tx = db.collections.messages.update('m', (draft) => {
        draft.text = 'new'
      })
      await db.utils.awaitTxId(tx.id)
      expect((await on.relay.read('room'))[1]).toEqual({
        type: 'message',
        key: 'm',
        value: { id: 'm', text: 'new' },
        headers: { operation: 'update', part: '1/1', txid: tx.id },
      })
      const gone = db.collections.messages.delete('m')
      await db.utils.awaitTxId(gone.id)
      expect((await on.relay.read('room'))[2]).toEqual({
        type: 'message',
        key: 'm',
        headers: { operation: 'delete', part: '1/1', txid: gone.id },
      })
      expect(db.collections.messages.size).toBe(0)
    })

    test('others are shown while a write of mine waits (invariant 6)', async () => {
      await on.relay.append('room', [])
      const db = on.open()
      await db.preload()
      on.relay.failNext(refusing(503))
      await db.collections.messages.insert({ id: 'mine', text: 'waits' }).isPersisted.promise
      await on.relay.append('room', [item('insert', 'theirs', 'shown')])
      await eventually(() => {
        expect(texts(db.collections.messages)).toEqual(['theirs:shown', 'mine:waits'])
      })
      expect(db.pending.size).toBe(1)
    })

    test('no flicker: a new row changes only to take its place', async () => {
      await on.relay.append('room', [])
      const db = on.open()
      await db.preload()
      const seen: string[] = []
      db.collections.messages.subscribeChanges((changes) => {
        seen.push(...changes.map(({ type, value }) => `${type} ${value.text}`))
      })
      const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
      await db.utils.awaitTxId(tx.id)
      await eventually(() => expect(db.pending.size).toBe(0))
      expect(seen.filter((change) => !change.startsWith('update'))).toEqual(['insert hi'])
      expect(new Set(seen.map((change) => change.split(' ')[1]))).toEqual(new Set(['hi']))
      expect(seen.length).toBeLessThanOrEqual(3)
    })

    test('a write made while the stream is still being opened does not go out of sight', async () => {
      on.relay.delay(FOREVER)
      const db = on.open()
      const seen: string[] = []
      db.collections.messages.subscribeChanges((changes) => seen.push(...changes.map(({ type }) => type)))
      await db.collections.messages.insert({ id: 'm', text: 'hi' }).isPersisted.promise
      expect(texts(db.collections.messages)).toEqual(['m:hi'])
      expect(seen).not.toContain('delete')
      expect(db.collections.messages.isReady()).toBe(false)
    })

    test('transact: several writes, one entry, one append', async () => {
      await on.relay.append('room', [item('insert', 'a', 'old')])
      const db = on.open()
      await db.preload()
      const tx = db.transact(() => {
        db.collections.users.insert({ id: 'u', name: 'Ada' })
        db.collections.messages.insert({ id: 'b', text: 'new' })
        db.collections.messages.delete('a')
      })
      await tx.isPersisted.promise
      expect(texts(db.collections.messages)).toEqual(['b:new'])
      await db.utils.awaitTxId(tx.id)
      expect(on.relay.requests.filter(({ method }) => method === 'POST')).toHaveLength(1)
      expect((await on.relay.read('room')).slice(1)).toMatchObject([
        { type: 'user', headers: { part: '1/3', txid: tx.id } },
        { type: 'message', headers: { part: '2/3' } },
        { type: 'message', key: 'a', headers: { operation: 'delete', part: '3/3' } },
      ])
    })

    test('transact that the relay refuses: none of it is shown or sent, until all of it is', async () => {
      await on.relay.append('room', [item('insert', 'a', 'old')])
      const db = on.open()
      await db.preload()
      const before = await on.relay.read('room')
      const refused = on.relay.failNext(refusing(413))
      const tx = db.transact(() => {
        db.collections.users.insert({ id: 'u', name: 'Ada' })
        db.collections.messages.insert({ id: 'b', text: 'new' })
      })
      const keys = [
        { type: 'user', key: 'u' },
        { type: 'message', key: 'b' },
      ]
      await eventually(() => expect(db.pending.toArray).toMatchObject([{ state: 'rejected', keys }]))
      expect([texts(db.collections.messages), db.collections.users.size]).toEqual([['a:old'], 0])
      expect(await on.relay.read('room')).toEqual(before)
      refused.undo()
      const posts = () => on.relay.requests.filter(({ method }) => method === 'POST').length
      const sent = posts()
      expect(await db.retry(tx.id)).toBe(true)
      await db.utils.awaitTxId(tx.id)
      expect([texts(db.collections.messages), db.collections.users.size]).toEqual([['a:old', 'b:new'], 1])
      expect((await on.relay.read('room')).slice(1)).toMatchObject([{ key: 'u' }, { key: 'b' }])
      expect(posts()).toBe(sent + 1)
    })

    test('transact that throws leaves nothing', async () => {
      const db = on.open()
      await db.preload()
      const run = () =>
        db.transact(() => {
          db.collections.users.insert({ id: 'u', name: 'Ada' })
          throw new Error('no')
        })
      expect(run).toThrow('no')
      expect(db.collections.users.size).toBe(0)
      expect(db.pending.size).toBe(0)
    })

    test('a row that the schema refuses throws before anything is saved (S0-23)', async () => {
      const db = on.open()
      await db.preload()
      expect(() => db.collections.messages.insert({ id: 'a', text: 7 as never })).toThrow(/expected string/i)
      expect(db.pending.size).toBe(0)
      expect(db.collections.messages.size).toBe(0)
    })

    test.each([42, '', '  ', null])('the key %j is refused: no row, no request (S0-24)', async (id) => {
      const schema = createStateSchema({ notes: { schema: z.any(), type: 'note', primaryKey: 'id' } })
      const db = createStreamDB({
        streamOptions: { url: on.relay.url('room') },
        state: schema,
        client: on.client(),
      })
      expect(() => db.collections.notes.insert({ id } as never)).toThrow(
        expect.objectContaining({ code: 'invalid-item' }),
      )
      expect(db.collections.notes.size).toBe(0)
      await db.close()
      expect(on.relay.requests).toEqual([])
    })

    test('a row that would not survive JSON is refused, and rolled back', async () => {
      const schema = createStateSchema({
        notes: { schema: z.object({ id: z.string(), at: z.date() }), type: 'note', primaryKey: 'id' },
      })
      const db = createStreamDB({
        streamOptions: { url: on.relay.url('room') },
        state: schema,
        client: on.client(),
      })
      const tx = db.collections.notes.insert({ id: 'a', at: new Date() })
      expect(await rejection(tx.isPersisted.promise)).toMatchObject({ code: 'invalid-item' })
      expect(db.collections.notes.size).toBe(0)
      await db.close()
    })

    test('a write that is too large is refused with its reason, and rolled back', async () => {
      const db = on.open()
      await db.preload()
      const tx = db.collections.messages.insert({ id: 'm', text: 'x'.repeat(9 * 1024 * 1024) })
      expect(await rejection(tx.isPersisted.promise)).toMatchObject({ code: 'too-large' })
      expect(db.collections.messages.size).toBe(0)
      expect(db.pending.size).toBe(0)
    })

    test('a write that the relay refuses for good leaves the rows, stays in pending, and can come back', async () => {
      await on.relay.append('room', [item('insert', 'm', 'old')])
      const db = on.open()
      await db.preload()
      const refused = on.relay.failNext(refusing(413))
      const tx = db.collections.messages.update('m', (draft) => {
        draft.text = 'new'
      })
      await tx.isPersisted.promise
      await eventually(() => expect(db.pending.toArray).toMatchObject([{ state: 'rejected' }]))
      expect(texts(db.collections.messages)).toEqual(['m:old'])
      expect(db.pending.get(tx.id)?.keys).toEqual([{ type: 'message', key: 'm' }])
      refused.undo()
      expect(await db.retry(tx.id)).toBe(true)
      await db.utils.awaitTxId(tx.id)
      expect(texts(db.collections.messages)).toEqual(['m:new'])
    })

    test('discard takes a write back', async () => {
      await on.relay.append('room', [])
      const db = on.open()
      await db.preload()
      on.relay.failNext(refusing(413))
      const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
      await eventually(() => expect(db.pending.get(tx.id)?.state).toBe('rejected'))
      expect(await db.discard(tx.id)).toBe(true)
      await eventually(() => expect(db.pending.size).toBe(0))
      expect(await db.discard('unknown')).toBe(false)
    })

    test('discard of a write that waits: its row goes, and nothing of it is sent', async () => {
      await on.relay.append('room', [])
      const db = on.open()
      await db.preload()
      const away = on.relay.failNext(refusing(503))
      const first = db.collections.messages.insert({ id: 'first', text: 'hi' })
      await eventually(() => expect(db.pending.toArray).toMatchObject([{ state: 'sending' }]))
      const tx = db.collections.messages.insert({ id: 'm', text: 'hm' })
      await tx.isPersisted.promise
      expect(texts(db.collections.messages)).toEqual(['first:hi', 'm:hm'])
      // What is on its way may have arrived; what waits behind it has not.
      expect([await db.discard(first.id), await db.discard(tx.id)]).toEqual([false, true])
      await eventually(() => expect(texts(db.collections.messages)).toEqual(['first:hi']))
      await eventually(() => expect(db.pending.toArray).toMatchObject([{ txid: first.id }]))
      away.undo()
      await db.retry()
      await db.utils.awaitTxId(db.collections.messages.insert({ id: 'next', text: 'ho' }).id)
      const log = await on.relay.read('room')
      expect(log.map((each) => (each as { key: string }).key)).toEqual(['first', 'next'])
    })
  })
})

import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness, rejection } from './testing/harness.ts'
import { FOREVER, failing, refusing } from './testing/relay.ts'

describe.each(['memory', 'indexeddb'] as const)('on %s', (storage) => {
  let on: Harness
  beforeEach(() => {
    on = harness(storage)
  })
  afterEach(() => on.end())

  describe('opening', () => {
    test('shows what the log holds, in the order it arrived', async () => {
      await on.relay.append('room', [item('insert', 'b', 'first'), item('insert', 'a', 'second')])
      const db = on.open()
      await db.preload()
      expect(texts(db.collections.messages)).toEqual(['b:first', 'a:second'])
      expect(db.status.get()).toMatchObject({ synced: true, storage })
      expect(db.collections.messages.isReady()).toBe(true)
    })

    test('does nothing before preload or a write', async () => {
      const db = on.open()
      await db.close()
      expect(on.relay.requests).toEqual([])
    })

    test('offline on a new stream: opens empty, takes writes, sends them later (invariant 7)', async () => {
      on.relay.offline()
      const db = on.open()
      await db.preload()
      expect(db.status.get()).toMatchObject({ synced: false, state: 'waiting' })
      const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
      await tx.isPersisted.promise
      expect(texts(db.collections.messages)).toEqual(['m:hi'])
      expect(db.pending.toArray).toMatchObject([{ txid: tx.id }])
      on.relay.online()
      await db.retry()
      await db.utils.awaitTxId(tx.id)
      expect(await on.relay.read('room')).toHaveLength(1)
    })

    test('a stream that does not exist opens empty, and is made by the first write', async () => {
      const db = on.open()
      await db.preload()
      expect(db.collections.messages.size).toBe(0)
      const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
      await db.utils.awaitTxId(tx.id)
      expect(await on.relay.read('room')).toMatchObject([{ key: 'm', headers: { txid: tx.id } }])
    })

    test('loading until the first up-to-date, then ready and live (S4-6)', async () => {
      await on.relay.append('room', [item('insert', 'a', '1')])
      const db = on.open()
      let atReady: object | undefined
      db.collections.messages.onFirstReady(() => {
        atReady = { synced: db.status.get().synced, rows: db.collections.messages.size }
      })
      expect(db.status.get()).toMatchObject({ state: 'loading', synced: false })
      await db.preload()
      expect(atReady).toEqual({ synced: true, rows: 1 })
      await eventually(() => expect(db.status.get()).toMatchObject({ state: 'live', synced: true }))
    })

    test('until local: at once, whatever the relay does', async () => {
      on.relay.delay(FOREVER)
      const db = on.open()
      await db.preload({ until: 'local' })
      expect(db.status.get().synced).toBe(false)
      expect(db.collections.messages.isReady()).toBe(true)
    })

    test('until live: rejects where that cannot be', async () => {
      on.relay.failNext(failing(401))
      const db = on.open()
      expect(await rejection(db.preload({ until: 'live' }))).toMatchObject({ code: 'unauthorized' })
      await db.preload()
      expect(db.status.get().state).toBe('unauthorized')
    })

    test('rows come in the order of arrival, pending ones last in the order they were written (S1-52)', async () => {
      await on.relay.append('room', [item('insert', 'z', '1'), item('insert', 'y', '2')])
      const db = on.open()
      await db.preload()
      on.relay.failNext(refusing(503))
      db.collections.messages.insert({ id: 'q', text: '3' })
      db.collections.messages.insert({ id: 'p', text: '4' })
      await db.collections.messages.insert({ id: 'o', text: '5' }).isPersisted.promise
      await on.relay.append('room', [item('insert', 'x', '6')])
      await eventually(() => {
        expect(texts(db.collections.messages)).toEqual(['z:1', 'y:2', 'x:6', 'q:3', 'p:4', 'o:5'])
      })
    })
  })

  describe('closing', () => {
    test('ends what waits, keeps what is shown', async () => {
      await on.relay.append('room', [item('insert', 'a', 'x')])
      const db = on.open()
      await db.preload()
      const waiting = db.utils.awaitTxId('never')
      const outcome = rejection(waiting)
      await db.close()
      await db.close()
      expect(await outcome).toMatchObject({ code: 'shut-down' })
      expect(texts(db.collections.messages)).toEqual(['a:x'])
      expect(db.status.get().state).toBe('closed')
      expect(await rejection(db.preload())).toMatchObject({ code: 'shut-down' })
      const tx = db.collections.messages.insert({ id: 'b', text: 'y' })
      expect(await rejection(tx.isPersisted.promise)).toMatchObject({ code: 'shut-down' })
    })
  })

  test('two databases on one stream show the same', async () => {
    const client = on.client()
    const one = on.open({ client })
    const two = on.open({ client })
    await Promise.all([one.preload(), two.preload()])
    const tx = one.collections.messages.insert({ id: 'm', text: 'hi' })
    await tx.isPersisted.promise
    expect(texts(two.collections.messages)).toEqual(['m:hi'])
    await two.utils.awaitTxId(tx.id)
  })
})

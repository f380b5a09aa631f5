import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createCollection, createLiveQueryCollection, eq, localOnlyCollectionOptions } from './index.ts'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness, rejection } from './testing/harness.ts'
import { refusing } from './testing/relay.ts'

describe.each(['memory', 'indexeddb'] as const)('on %s', (storage) => {
  let on: Harness
  beforeEach(() => {
    on = harness(storage)
  })
  afterEach(() => on.end())

  describe('strangers', () => {
    test('are kept with reason, place and raw value, counted, and stop nothing (S0-23, S4-4, S4-32, X2, wish 7)', async () => {
      const told: string[] = []
      await on.relay.append('room', [
        item('insert', 'a', 'x'),
        'junk',
        { type: 'rocket', key: 'r', value: {}, headers: { operation: 'insert' } },
        { type: 'rocket', key: 's', value: {}, headers: { operation: 'insert' } },
        { type: 'message', key: 'b', value: 'dark', headers: { operation: 'insert' } },
        item('insert', 'c', 'y'),
      ])
      const db = on.open({ onIssue: ({ reason }) => told.push(reason) })
      await db.preload()
      expect(texts(db.collections.messages)).toEqual(['a:x', 'c:y'])
      expect(db.issues.toArray).toMatchObject([
        { reason: 'malformed', ordinal: 1, raw: 'junk' },
        { reason: 'unknown-type', ordinal: 2, type: 'rocket', count: 2 },
        { reason: 'value', ordinal: 4, key: 'b' },
      ])
      expect(told).toEqual(['malformed', 'unknown-type', 'unknown-type', 'value'])
    })

    test('what subscribers and callbacks throw stops nothing', async () => {
      const uncaught: unknown[] = []
      const listener = (error: unknown) => uncaught.push(error)
      process.on('uncaughtException', listener)
      await on.relay.append('room', [item('insert', 'a', 'x')])
      const fail = () => {
        throw new Error('theirs')
      }
      const db = on.open({ onEvent: fail, onBatch: fail, onBeforeBatch: fail })
      db.collections.messages.subscribeChanges(fail)
      await db.preload()
      await on.relay.append('room', [item('insert', 'b', 'y')])
      await eventually(() => expect(texts(db.collections.messages)).toEqual(['a:x', 'b:y']))
      await eventually(() => expect(uncaught.length).toBeGreaterThan(3))
      process.off('uncaughtException', listener)
    })
  })

  describe('reset', () => {
    test('is one visible step; pending rows stay (S4-25)', async () => {
      await on.relay.append('room', [item('insert', 'a', '1'), item('insert', 'b', '2')])
      const db = on.open()
      await db.preload()
      on.relay.failNext(refusing(503))
      await db.collections.messages.insert({ id: 'mine', text: '!' }).isPersisted.promise
      const sizes: number[] = []
      db.collections.messages.subscribeChanges(() => sizes.push(db.collections.messages.size))
      await on.relay.append('room', [{ headers: { control: 'reset' } }, item('insert', 'c', '3')])
      await eventually(() => expect(texts(db.collections.messages)).toEqual(['c:3', 'mine:!']))
      expect(sizes).toEqual([2])
    })

    test('another life of the stream: its rows, and what was pending (invariant 10, S3-4)', async () => {
      await on.relay.append('room', [item('insert', 'a', 'old life')])
      const client = on.client()
      const first = on.open({ client })
      await first.preload()
      const away = on.relay.failNext(refusing(503))
      await first.collections.messages.insert({ id: 'mine', text: '!' }).isPersisted.promise
      await first.close()
      await on.relay.remove('room')
      await on.relay.append('room', [item('insert', 'b', 'new life')])
      const db = on.open({ client })
      await db.preload({ until: 'live' })
      expect(texts(db.collections.messages)).toEqual(['b:new life', 'mine:!'])
      away.undo()
      await db.retry()
      await eventually(() => expect(db.pending.size).toBe(0))
      expect(texts(db.collections.messages)).toEqual(['b:new life', 'mine:!'])
      expect(await on.relay.read('room')).toMatchObject([{ key: 'b' }, { key: 'mine' }])
    })
  })

  test('a stream that was deleted: its rows stay readable, and nothing is made again (G7)', async () => {
    await on.relay.append('room', [item('insert', 'a', 'x')])
    const client = on.client()
    const first = on.open({ client })
    await first.preload()
    await first.close()
    await on.relay.remove('room')
    const db = on.open({ client })
    await db.preload()
    await eventually(() => expect(db.status.get().state).toBe('gone'))
    expect(texts(db.collections.messages)).toEqual(['a:x'])
    expect(await rejection(db.preload({ until: 'live' }))).toMatchObject({ code: 'gone' })
    await db.collections.messages.insert({ id: 'b', text: 'y' }).isPersisted.promise
    expect(texts(db.collections.messages)).toEqual(['a:x', 'b:y'])
    expect(on.relay.requests.filter(({ method }) => method === 'PUT')).toEqual([])
  })

  test('an item comes to the callbacks as it was written, with headers that nobody here knows (S3-20)', async () => {
    const written = { ...item('insert', 'a', 'x', { timestamp: 'noon', trace: { id: 7 } }), old_value: null }
    await on.relay.append('room', [written])
    const events: unknown[] = []
    const db = on.open({ onEvent: (event) => events.push(event) })
    await db.preload()
    expect(events).toEqual([written])
    expect(await on.relay.read('room')).toEqual([written])
  })

  describe('live queries', () => {
    test('another filter is another query on the same rows: no request, no loading (S3-25)', async () => {
      await on.relay.append('room', [item('insert', 'a', '1'), item('insert', 'b', '2')])
      const db = on.open()
      await db.preload()
      await eventually(() => expect(db.status.get().state).toBe('live'))
      await eventually(() => expect(on.relay.requests.some(({ url }) => url.includes('live='))).toBe(true))
      const before = on.relay.requests.length
      for (const text of ['1', '2', '3']) {
        const query = createLiveQueryCollection({
          query: (q) => q.from({ m: db.collections.messages }).where(({ m }) => eq(m.text, text)),
          startSync: true,
        })
        expect(query.isReady()).toBe(true)
        expect(query.toArray.map(({ id }) => id)).toEqual({ 1: ['a'], 2: ['b'] }[text] ?? [])
        await query.cleanup()
      }
      expect(db.status.get().state).toBe('live')
      expect(on.relay.requests).toHaveLength(before)
    })

    test('what arrives together is shown together (S0-8)', async () => {
      await on.relay.append('room', [item('insert', 'a', '1')])
      const db = on.open()
      await db.preload()
      const query = createLiveQueryCollection({
        query: (q) => q.from({ m: db.collections.messages }).orderBy(({ m }) => m.text, 'desc'),
        startSync: true,
      })
      let emitted = 0
      query.subscribeChanges(() => {
        emitted += 1
      })
      await on.relay.append('room', [item('insert', 'b', '2'), item('insert', 'c', '3'), item('delete', 'a')])
      await eventually(() => expect(query.toArray.map(({ text }) => text)).toEqual(['3', '2']))
      expect(emitted).toBe(1)
    })

    test('pending writes can be joined', async () => {
      const db = on.open()
      await db.preload()
      const labels = createCollection(
        localOnlyCollectionOptions<{ state: string; label: string }, string>({
          getKey: ({ state }) => state,
          initialData: [
            { state: 'saved', label: 'on this device' },
            { state: 'sending', label: 'on this device' },
            { state: 'rejected', label: 'refused' },
          ],
        }),
      )
      const query = createLiveQueryCollection({
        query: (q) =>
          q
            .from({ write: db.pending })
            .join({ said: labels }, ({ write, said }) => eq(write.state, said.state), 'inner')
            .select(({ write, said }) => ({ txid: write.txid, keys: write.keys, label: said.label })),
        startSync: true,
      })
      const away = on.relay.failNext(refusing(503))
      const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
      await tx.isPersisted.promise
      const write = { txid: tx.id, keys: [{ type: 'message', key: 'm' }] }
      await eventually(() => expect(query.toArray).toMatchObject([{ ...write, label: 'on this device' }]))
      on.relay.failNext(refusing(413))
      away.undo()
      await db.retry()
      await eventually(() => expect(query.toArray).toMatchObject([{ ...write, label: 'refused' }]))
    })
  })
})

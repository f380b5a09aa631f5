import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { arrival, createStateSchema } from './index.ts'
import { chat, item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness } from './testing/harness.ts'
import { refusing } from './testing/relay.ts'

describe('on disk', () => {
  let on: Harness
  beforeEach(() => {
    on = harness('indexeddb')
  })
  afterEach(() => on.end())

  async function reload(database: string, state: typeof chat = chat) {
    const client = on.client({ database })
    const db = on.open({ client, state })
    await db.preload()
    return {
      db,
      async close() {
        await db.close()
        await client.close()
      },
    }
  }

  test('rows and pending writes are there after a reload, with the relay away (wish 4)', async () => {
    await on.relay.append('room', [item('insert', 'a', '1'), 'junk', item('insert', 'b', '2')])
    const first = await reload('d1')
    on.relay.offline()
    for (const id of ['x', 'y']) {
      await first.db.collections.messages.insert({ id, text: id }).isPersisted.promise
    }
    await first.close()
    for (let n = 0; n < 2; n++) {
      const again = await reload('d1')
      expect(texts(again.db.collections.messages)).toEqual(['a:1', 'b:2', 'x:x', 'y:y'])
      expect(again.db.pending.size).toBe(2)
      expect(again.db.issues.size).toBe(1)
      await again.close()
    }
    on.relay.online()
    const last = await reload('d1')
    await eventually(() => expect(last.db.pending.size).toBe(0))
    expect((await on.relay.read('room')).slice(3)).toMatchObject([{ key: 'x' }, { key: 'y' }])
    expect(texts(last.db.collections.messages)).toEqual(['a:1', 'b:2', 'x:x', 'y:y'])
  })

  test('another schema makes other rows of the same log, without a request', async () => {
    await on.relay.append('room', [item('insert', 'a', 'long enough'), item('insert', 'b', 'x')])
    const first = await reload('d2')
    await first.close()
    const before = on.relay.requests.length
    on.relay.offline()
    const long = z.object({ id: z.string(), text: z.string().min(3) })
    const strict = createStateSchema({ ...chat, messages: { ...chat.messages, schema: long } })
    const again = await reload('d2', strict as unknown as typeof chat)
    expect(texts(again.db.collections.messages)).toEqual(['a:long enough'])
    expect(again.db.issues.toArray).toMatchObject([{ reason: 'schema', key: 'b' }])
    await again.close()
    const back = await reload('d2')
    expect(back.db.issues.size).toBe(0)
    expect(back.db.collections.messages.size).toBe(2)
    expect(on.relay.requests.slice(before).every(({ url }) => url.includes('offset='))).toBe(true)
  })

  test('two tabs on one disk show the same, pending rows too (S1-47)', async () => {
    await on.relay.append('room', [item('insert', 'a', '1')])
    const [one, two] = [await reload('tabs'), await reload('tabs')]
    const refused = on.relay.failNext(refusing(503))
    const tx = one.db.collections.messages.insert({ id: 'mine', text: '!' })
    await tx.isPersisted.promise
    await eventually(() => expect(texts(two.db.collections.messages)).toEqual(['a:1', 'mine:!']))
    expect(two.db.pending.toArray).toMatchObject([{ txid: tx.id }])
    refused.undo()
    await on.relay.append('room', [item('insert', 'b', '2')])
    await one.db.retry()
    await Promise.all([one.db.utils.awaitTxId(tx.id), two.db.utils.awaitTxId(tx.id)])
    const rows = ({ db }: typeof one) => [texts(db.collections.messages), db.pending.size]
    await eventually(() => expect(rows(one)).toEqual([['a:1', 'b:2', 'mine:!'], 0]))
    await eventually(() => expect(rows(two)).toEqual(rows(one)))
    expect(await on.relay.read('room')).toHaveLength(3)
  })

  test('a live tail, a catch-up and a reopening offline show the same of one log (S1-47)', async () => {
    const log = [
      item('insert', 'a', '1'),
      item('insert', 'b', '2'),
      'junk',
      item('update', 'a', '3'),
      item('delete', 'b'),
      item('insert', 'b', '4'),
      { headers: { control: 'reset' } },
      item('insert', 'c', '5'),
      { type: 'rocket', key: 'r', value: {}, headers: { operation: 'insert' } },
      item('insert', 'a', '6'),
      item('update', 'c', '7'),
      { type: 'message', key: 'd', value: 'dark', headers: { operation: 'insert' } },
    ]
    /** Where a batch began is how the log came, not what it says. */
    const seen = ({ db }: Awaited<ReturnType<typeof reload>>) => ({
      rows: db.collections.messages.toArray.map((row) => [row.id, row.text, arrival(row)]),
      issues: db.issues.toArray.map(({ offset: _, ...issue }) => issue),
      offset: db.offset,
    })
    await on.relay.append('room', [])
    const live = await reload('live')
    await live.db.preload({ until: 'live' })
    for (const each of log) {
      const before = live.db.offset
      await on.relay.append('room', [each])
      await eventually(() => expect(live.db.offset).not.toBe(before))
    }
    const caughtUp = await reload('caught-up')
    await caughtUp.db.preload({ until: 'live' })
    const expected = seen(caughtUp)
    expect(expected.rows).toEqual([
      ['c', '7', 7],
      ['a', '6', 9],
    ])
    expect(expected.issues.map(({ ordinal }) => ordinal)).toEqual([2, 8, 11])
    await eventually(() => expect(seen(live)).toEqual(expected))
    await live.close()
    await caughtUp.close()
    on.relay.offline()
    for (const name of ['live', 'caught-up']) {
      const again = await reload(name)
      expect(seen(again)).toEqual(expected)
      await again.close()
    }
  })

  test('the order of arrival survives reloads (X5)', async () => {
    await on.relay.append('room', [
      item('insert', 'z', '1'),
      item('insert', 'a', '2'),
      item('update', 'z', '3'),
    ])
    const first = await reload('d3')
    const places = (db: typeof first.db) => db.collections.messages.toArray.map(arrival)
    expect(places(first.db)).toEqual([0, 1])
    await first.close()
    const again = await reload('d3')
    expect(places(again.db)).toEqual([0, 1])
    expect(texts(again.db.collections.messages)).toEqual(['z:3', 'a:2'])
  })
})

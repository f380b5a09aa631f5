import 'fake-indexeddb/auto'
import type { Observer, StreamHandle } from '@strandline/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { arrival, createLiveQueryCollection, eq } from './index.ts'
import { pastOf } from './past.ts'
import { tablesOf } from './table.ts'
import { batchOf } from './testing/batches.ts'
import { chat, item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness, rejection } from './testing/harness.ts'

describe.each(['memory', 'indexeddb'] as const)('a past position, on %s', (storage) => {
  let on: Harness
  beforeEach(() => {
    on = harness(storage)
  })
  afterEach(() => on.end())

  /** A room of three steps, and the offset that the rows reached after each. */
  async function room() {
    const db = on.open()
    const offsets: string[] = []
    const steps = [
      [item('insert', 'a', '1'), item('insert', 'b', '2')],
      ['junk', item('update', 'a', '3'), item('delete', 'b')],
      [item('insert', 'c', '4')],
    ]
    for (const [n, step] of steps.entries()) {
      await on.relay.append('room', step)
      await db.preload({ until: 'live' })
      await eventually(() => expect(db.collections.messages.has(['a', 'a', 'c'][n] ?? '')).toBe(true))
      await eventually(() => expect(db.offset).not.toBe(offsets.at(-1) ?? '-1'))
      offsets.push(db.offset)
    }
    on.relay.offline()
    return { db, offsets }
  }

  test('every offset that was shown gives the rows of then, with the relay away', async () => {
    const { db, offsets } = await room()
    const then = await Promise.all(offsets.map((offset) => db.at(offset)))
    expect(then.map(({ collections }) => texts(collections.messages))).toEqual([
      ['a:1', 'b:2'],
      ['a:3'],
      ['a:3', 'c:4'],
    ])
    expect(then.map(({ count, offset }) => [count, offset])).toEqual([2, 5, 6].map((n, i) => [n, offsets[i]]))
    expect((await db.at('-1')).collections.messages.size).toBe(0)
  })

  test('so does every count of items, within what arrived together too', async () => {
    const { db, offsets } = await room()
    const rows = async (count: number) => texts((await db.at(count)).collections.messages)
    expect(await Promise.all([0, 1, 2, 3, 4, 5, 6].map(rows))).toEqual([
      [],
      ['a:1'],
      ['a:1', 'b:2'],
      ['a:1', 'b:2'],
      ['a:3', 'b:2'],
      ['a:3'],
      ['a:3', 'c:4'],
    ])
    expect(await db.at(3)).toMatchObject({ count: 3, offset: offsets[0], issues: [{ raw: 'junk' }] })
    const c = db.collections.messages.get('c')
    expect(await rows(arrival(c ?? {}))).toEqual(['a:3'])
  })

  test('what is pending is not of the past, and what follows does not move it', async () => {
    const { db, offsets } = await room()
    await db.collections.messages.insert({ id: 'mine', text: '!' }).isPersisted.promise
    const past = await db.at(offsets[0] ?? '')
    on.relay.online()
    await db.retry()
    await on.relay.append('room', [item('update', 'a', '9')])
    await eventually(() => expect(texts(db.collections.messages)).toContain('a:9'))
    expect(texts(past.collections.messages)).toEqual(['a:1', 'b:2'])
    expect(() => past.collections.messages.insert({ id: 'x', text: 'y' })).toThrow()
  })

  test('past and present can be joined in one query', async () => {
    const { db, offsets } = await room()
    const { collections } = await db.at(offsets[0] ?? '')
    const edits = createLiveQueryCollection({
      startSync: true,
      query: (q) =>
        q
          .from({ now: db.collections.messages })
          .innerJoin({ was: collections.messages }, ({ now, was }) => eq(now.id, was.id))
          .select(({ now, was }) => ({ now: now.text, was: was.text })),
    })
    expect(edits.toArray).toMatchObject([{ now: '3', was: '1' }])
  })

  test('a position that the log does not have is an error', async () => {
    const { db } = await room()
    for (const position of [7, -1, 0.5, Number.NaN, '', 'zzz'])
      expect(await rejection(db.at(position))).toMatchObject({ code: 'invalid-argument' })
    await db.close()
    expect(await rejection(db.at(0))).toMatchObject({ code: 'shut-down' })
  })
})

test('what a checkpoint was made of is no position any more, its end is', async () => {
  const places = [0, 3]
  const folded = {
    ...batchOf([item('insert', 'b', '0'), item('update', 'a', '3')]),
    places,
    end: 4,
    to: 'at-4',
  }
  const halves = [
    { ...folded, items: folded.items.slice(0, 1), places: [0], end: 1, to: folded.from },
    { ...folded, items: folded.items.slice(1), places: [3], first: 1 },
  ]
  const rest = batchOf([item('insert', 'c', '4'), item('delete', 'b')], 4)
  const at = async (position: number | string) => {
    const handle = {
      observe(observer: Observer) {
        for (const batch of [...halves, rest]) observer({ batch, outbox: [], replayed: false, whole: true })
        observer({ batch: null, outbox: [], replayed: true, whole: true })
      },
      close: async () => undefined,
    } as unknown as StreamHandle
    const { signal } = new AbortController()
    const options = { url: 'http://x.test/', tables: tablesOf(chat), handle, position, signal }
    const { collections, count, offset } = await pastOf<typeof chat>(options)
    return [texts(collections.messages), count, offset]
  }
  for (const position of [1, 3, 'at-1'])
    expect(await rejection(at(position))).toMatchObject({ code: 'trimmed' })
  for (const position of [0, '-1']) expect(await at(position)).toEqual([[], 0, '-1'])
  for (const position of [4, 'at-4']) expect(await at(position)).toEqual([['b:0', 'a:3'], 4, 'at-4'])
  expect(await at(5)).toEqual([['b:0', 'a:3', 'c:4'], 5, 'at-4'])
  expect(await at('at-6')).toEqual([['a:3', 'c:4'], 6, 'at-6'])
})

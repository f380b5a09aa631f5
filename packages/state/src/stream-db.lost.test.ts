import 'fake-indexeddb/auto'
import { exportFixture } from '@strandline/client'
import { readFixture } from '@strandline/client/protocol'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { arrival } from './index.ts'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness, hurry } from './testing/harness.ts'
import { type StoredSegment, segmentsOf } from './testing/segments.ts'

/** How long a busy machine may take; nothing waits for it to pass. */
const PATIENCE = { timeout: 20_000, interval: 5 }

let on: Harness
beforeEach(() => {
  on = harness('indexeddb')
})
afterEach(() => on.end())

const database = () => `lost-${crypto.randomUUID()}`
const put = (id: string, text: string) => item('upsert', id, text)
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, n) => put(`r${n + from}`, `${n + from}`))

const itemsOn = (segments: readonly StoredSegment[]): number =>
  segments.reduce((sum, { places, count }) => sum + (places?.length ?? count), 0)

/** Sizes that a reader of the collection has seen. */
function sizesOf(db: ReturnType<Harness['open']>): number[] {
  const sizes: number[] = []
  db.collections.messages.subscribeChanges(() => sizes.push(db.collections.messages.size))
  return sizes
}

test('another life of the stream: rows stay until those of the new one are all there', async () => {
  await on.relay.append('room', rows(3))
  const db = on.open({ client: on.client({ effects: hurry }) })
  await db.preload({ until: 'live' })
  const sizes = sizesOf(db)
  await on.relay.remove('room')
  await on.relay.append('room', rows(2, 7))
  await db.retry()
  await eventually(() => expect(texts(db.collections.messages)).toEqual(['r7:7', 'r8:8']))
  expect(sizes).toEqual([2])
})

test('a database that is wiped under the page, offline: rows and new writes stay on screen, and all comes back', async () => {
  await on.relay.append('room', rows(3))
  const name = database()
  const client = on.client({ database: name })
  const db = on.open({ client })
  await db.preload({ until: 'live' })
  on.relay.offline()
  const sizes = sizesOf(db)
  await new Promise((resolve) => {
    indexedDB.deleteDatabase(`${name}-3`).onsuccess = resolve
  })
  await db.collections.messages.insert({ id: 'mine', text: '!' }).isPersisted.promise
  expect(texts(db.collections.messages)).toEqual(['r0:0', 'r1:1', 'r2:2', 'mine:!'])
  on.relay.online()
  await db.retry()
  await eventually(() => expect(db.pending.size).toBe(0))
  expect(texts(db.collections.messages)).toEqual(['r0:0', 'r1:1', 'r2:2', 'mine:!'])
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(3)
  expect(await on.relay.read('room')).toHaveLength(4)
})

test('an evicted log, offline: nothing is shown as if it were all, until the relay is there again', async () => {
  await on.relay.append('room', rows(3))
  const name = database()
  const first = on.client({ database: name })
  await on.open({ client: first }).preload({ until: 'live' })
  await first.close()
  const evicting = on.client({ database: name, budget: 0 })
  await on.open({ client: evicting, path: 'other' }).preload()
  await vi.waitFor(async () => expect(await segmentsOf(name)).toEqual([]), PATIENCE)
  await evicting.close()

  on.relay.offline()
  const db = on.open({ client: on.client({ database: name }) })
  let opened = false
  const opening = db.preload().then(() => {
    opened = true
  })
  await eventually(() => expect(db.status.get().state).toBe('waiting'))
  expect([opened, db.collections.messages.status]).toEqual([false, 'loading'])
  on.relay.online()
  await db.retry()
  await opening
  expect(texts(db.collections.messages)).toEqual(['r0:0', 'r1:1', 'r2:2'])
})

test('a damaged segment: only its range is read again, and no row is missing', async () => {
  const name = database()
  const first = on.client({ database: name })
  const db = on.open({ client: first })
  for (let n = 0; n < 4; n++) {
    await on.relay.append('room', rows(2, n * 2))
    await db.preload({ until: 'live' })
    await eventually(() => expect(db.collections.messages.size).toBe((n + 1) * 2))
  }
  const expected = texts(db.collections.messages)
  await first.close()
  const segments = await segmentsOf(name, (segment) =>
    segment.n === 2 ? { ...segment, bytes: segment.bytes.map((byte) => byte ^ 1) } : segment,
  )
  expect(segments.map(({ n }) => n)).toEqual([0, 2, 4, 6])

  const requests = on.relay.requests.length
  const again = on.open({ client: on.client({ database: name }) })
  const sizes = sizesOf(again)
  await again.preload()
  expect(texts(again.collections.messages)).toEqual(expected)
  const asked = on.relay.requests.slice(requests).map(({ url }) => new URL(url).searchParams.get('offset'))
  expect(asked.filter((offset) => offset !== segments.at(-1)?.to)).toEqual([segments[1]?.from])
  expect(Math.max(0, ...sizes)).toBeLessThanOrEqual(8)
  const mended = await segmentsOf(name)
  expect(mended.map(({ n, count, from, to }) => [n, count, from, to])).toEqual(
    segments.map(({ n, count, from, to }) => [n, count, from, to]),
  )
})

test('a damaged segment, offline: not ready before it is mended', async () => {
  await on.relay.append('room', rows(3))
  const name = database()
  const first = on.client({ database: name })
  await on.open({ client: first }).preload({ until: 'live' })
  await first.close()
  await segmentsOf(name, (segment) => ({ ...segment, bytes: segment.bytes.slice(1) }))
  on.relay.offline()
  const db = on.open({ client: on.client({ database: name, effects: hurry }) })
  const opening = db.preload()
  await eventually(() => expect(db.status.get().state).toBe('waiting'))
  expect(db.collections.messages.status).toBe('loading')
  on.relay.online()
  await db.retry()
  await opening
  expect(texts(db.collections.messages)).toEqual(['r0:0', 'r1:1', 'r2:2'])
})

test('a log much longer than its rows is folded on disk; the next start reads less and shows the same (G10)', async () => {
  const name = database()
  // Written in small segments, and folded with the next start: what may be folded is where a segment ends.
  const tidy = { idle: 1, join: 1_000, fold: 1_000, tail: 10 }
  const writing = on.client({ database: name, tidy })
  const written = on.open({ client: writing })
  await on.relay.append('room', rows(20))
  await written.preload({ until: 'live' })
  for (let round = 0; round < 10; round++) {
    await on.relay.append(
      'room',
      [...Array(20).keys()].map((n) => put(`r${n}`, `${round}.${n}`)),
    )
    await eventually(() => expect(texts(written.collections.messages)).toContain(`r19:${round}.19`))
  }
  await on.relay.append('room', [{ type: 'rocket', key: 'x', value: 1, headers: { operation: 'insert' } }])
  await on.relay.append('room', rows(1))
  await eventually(() => expect(texts(written.collections.messages)).toContain('r0:0'))
  await writing.close()
  expect(itemsOn(await segmentsOf(name))).toBe(222)

  const first = on.client({ database: name, tidy: { ...tidy, fold: 50 } })
  const db = on.open({ client: first })
  await db.preload({ until: 'live' })
  await vi.waitFor(async () => expect(itemsOn(await segmentsOf(name))).toBeLessThan(110), PATIENCE)
  const expected = { rows: db.collections.messages.toArray, issues: db.issues.toArray }
  const file = readFixture(await exportFixture(first.stream(on.relay.url('room'))))
  await first.close()

  const again = on.open({ client: on.client({ database: name }) })
  await again.preload()
  expect(again.collections.messages.toArray).toEqual(expected.rows)
  const saved = file.batches.flatMap(({ items, places = [] }) =>
    items.map((kept, n) => [places[n], (kept as { key: string }).key]),
  )
  expect(saved.length).toBeLessThan(110)
  for (const row of expected.rows) expect(saved).toContainEqual([arrival(row), row.id])
  const place = ({ ordinal, count, raw }: { ordinal: number; count: number; raw: unknown }) => [
    ordinal,
    count,
    raw,
  ]
  expect(again.issues.toArray.map(place)).toEqual(expected.issues.map(place))
})

test('what a reset voids goes from the disk with the fold; the rows stay the same, offline too (G10)', async () => {
  const name = database()
  const tidy = { idle: 1, join: 1_000, fold: 1_000, tail: 5 }
  const writing = on.client({ database: name, tidy })
  const written = on.open({ client: writing })
  await on.relay.append('room', rows(20, 100))
  await written.preload({ until: 'live' })
  for (let round = 0; round < 5; round++) {
    await on.relay.append('room', rows(20, 100))
    await on.relay.append('room', [put('round', `${round}`)])
    await eventually(() => expect(texts(written.collections.messages)).toContain(`round:${round}`))
  }
  await on.relay.append('room', [{ headers: { control: 'reset' } }, ...rows(6)])
  await eventually(() => expect(written.collections.messages.size).toBe(6))
  for (let round = 0; round < 5; round++) {
    await on.relay.append('room', [put('r0', `again ${round}`), put('r1', `again ${round}`)])
    await eventually(() => expect(texts(written.collections.messages)).toContain(`r1:again ${round}`))
  }
  await writing.close()
  expect(itemsOn(await segmentsOf(name))).toBe(142)

  const first = on.client({ database: name, tidy: { ...tidy, fold: 50 } })
  const db = on.open({ client: first })
  await db.preload({ until: 'live' })
  await vi.waitFor(async () => expect(itemsOn(await segmentsOf(name))).toBeLessThan(30), PATIENCE)
  const expected = db.collections.messages.toArray
  expect(expected).toHaveLength(6)
  await first.close()
  on.relay.offline()
  const reading = on.client({ database: name })
  const again = on.open({ client: reading })
  await again.preload()
  expect(again.collections.messages.toArray).toEqual(expected)
  const { batches } = readFixture(await exportFixture(reading.stream(on.relay.url('room'))))
  const kept = batches.flatMap(({ items }) => items.map((each) => (each as { key?: string }).key))
  expect(kept).toContain('r5')
  expect(kept.filter((key = '') => key === 'round' || /^r1\d\d$/.test(key))).toEqual([])
})

test('history in full, where that is asked for', async () => {
  const name = database()
  const first = on.client({ database: name, tidy: { idle: 1, join: 5, fold: 10, tail: 0 } })
  const db = on.open({ client: first, history: 'full' })
  for (let round = 0; round < 30; round++) await on.relay.append('room', [put('a', `${round}`)])
  await db.preload({ until: 'live' })
  for (let round = 0; round < 30; round++) await on.relay.append('room', [put('a', `again ${round}`)])
  await eventually(() => expect(texts(db.collections.messages)).toEqual(['a:again 29']))
  // What was there before, at most one for each five, and four that are not worth joining yet.
  await vi.waitFor(async () => expect((await segmentsOf(name)).length).toBeLessThan(12), PATIENCE)
  await first.close()
  expect(itemsOn(await segmentsOf(name))).toBe(60)
})

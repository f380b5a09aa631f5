import { expect, test } from 'vitest'
import { createLiveQueryCollection } from './index.ts'
import { createSink } from './sink.ts'

interface Row {
  readonly id: string
  readonly at: number
}

function sink(indexes: readonly string[] = [], rows: () => Iterable<Row> = () => []) {
  return createSink<Row>({
    id: 'rows',
    getKey: ({ id }) => id,
    compare: (a, b) => a.at - b.at,
    indexes,
    rows,
  })
}

const insert = (id: string, at: number) => ({ type: 'update', value: { id, at } }) as const
const ids = ({ collection }: ReturnType<typeof sink>) => collection.toArray.map(({ id }) => id)

test('indexes that are declared are there before the first row (T12)', () => {
  expect(sink(['at', 'id']).collection.indexes.size).toBe(2)
})

test('a query that orders and limits makes the index it lacks (T2)', () => {
  const { collection, commit, markReady } = sink()
  commit([insert('b', 1), insert('a', 2)])
  markReady()
  const query = createLiveQueryCollection({
    query: (q) =>
      q
        .from({ row: collection })
        .orderBy(({ row }) => row.at, 'desc')
        .limit(1),
    startSync: true,
  })
  expect(query.toArray.map(({ id }) => id)).toEqual(['a'])
  expect(collection.indexes.size).toBe(1)
})

test('rows stand in the order of compare, whatever their keys, also when it changes', () => {
  const rows = sink()
  rows.commit([insert('z', 1), insert('a', 2)])
  rows.commit([insert('m', 1.5)])
  expect(ids(rows)).toEqual(['z', 'm', 'a'])
  rows.commit([{ type: 'update', value: { id: 'z', at: 9 } }])
  expect(ids(rows)).toEqual(['m', 'a', 'z'])
  rows.commit([{ type: 'delete', key: 'a' }])
  expect(ids(rows)).toEqual(['m', 'z'])
})

test('what goes and was never there is not told', () => {
  const rows = sink()
  const told: unknown[] = []
  rows.collection.subscribeChanges((changes) => told.push(...changes))
  rows.commit([{ type: 'delete', key: 'nobody' }, insert('a', 1)])
  expect(told).toMatchObject([{ type: 'insert', key: 'a' }])
})

test('stepwise is the same, in small commits', () => {
  const rows = sink()
  let commits = 0
  rows.collection.subscribeChanges(() => {
    commits += 1
  })
  rows.commit(
    Array.from({ length: 1_200 }, (_, n) => insert(`k${n}`, n)),
    true,
  )
  expect(rows.collection.size).toBe(1_200)
  expect(commits).toBe(3)
})

test('where nobody listens, one of many rows is told, so that there is something new to see', () => {
  const rows = sink()
  const before = rows.collection._stateRevision
  rows.commit(
    Array.from({ length: 1_200 }, (_, n) => insert(`k${n}`, n)),
    true,
  )
  expect(rows.collection._stateRevision).toBe(before + 1)
  expect(rows.collection.size).toBe(1_200)
  expect(rows.collection.get('k7')).toMatchObject({ id: 'k7', at: 7, $synced: true })
})

function newest(rows: ReturnType<typeof sink>) {
  const query = createLiveQueryCollection({
    query: (q) =>
      q
        .from({ row: rows.collection })
        .orderBy(({ row }) => row.at, 'desc')
        .limit(3),
    startSync: true,
  })
  const shown = () => query.toArray.map(({ id }) => id)
  return { query, shown }
}

const many = (count: number, first: number) =>
  Array.from({ length: count }, (_, n) => insert(`m${first + n}`, first + n))

test('a query mounted while rows come is ready with all that came, of which it was told nothing (T12)', async () => {
  const rows = sink(['at'])
  rows.commit(many(700, 0), true)
  const { query, shown } = newest(rows)
  expect(shown()).toEqual(['m699', 'm698', 'm697'])
  const stages: unknown[] = []
  query.on('status:change', ({ status }) => stages.push([status, shown()]))
  let heard = 0
  query.subscribeChanges((changes) => {
    heard += changes.length
  })
  rows.commit(many(1_300, 700), true)
  rows.markReady()
  await query.preload()
  expect(stages).toEqual([['ready', ['m1999', 'm1998', 'm1997']]])
  // Three go and three come.
  expect(heard).toBeLessThanOrEqual(6)
})

test('many rows at once under such a query leave a trace for who looks at the collection later', async () => {
  const rows = sink(['at'])
  rows.commit(many(700, 0))
  const { query, shown } = newest(rows)
  rows.markReady()
  await query.preload()
  let heard = 0
  query.subscribeChanges((changes) => {
    heard += changes.length
  })
  const before = rows.collection._stateRevision
  rows.commit(many(700, 700))
  expect(rows.collection._stateRevision).toBeGreaterThan(before)
  await Promise.resolve()
  expect(shown()).toEqual(['m1399', 'm1398', 'm1397'])
  expect(heard).toBeLessThanOrEqual(6)
})

test('many rows at once under such a query: what goes is told at once, what is new is looked for', async () => {
  const rows = sink(['at'])
  rows.commit(many(700, 0))
  rows.markReady()
  const { query, shown } = newest(rows)
  await query.preload()
  const gone = Array.from({ length: 700 }, (_, n) => ({ type: 'delete', key: `m${n}` }) as const)
  rows.commit([...gone, ...many(700, 1_000)])
  expect(rows.collection.size).toBe(700)
  expect(shown()).toEqual(['m1699', 'm1698', 'm1697'])
  rows.commit(many(700, 2_000))
  await Promise.resolve()
  expect(shown()).toEqual(['m2699', 'm2698', 'm2697'])
})

test('a collection that was cleaned up comes back with its rows', async () => {
  const all = [{ id: 'a', at: 1 }]
  const rows = sink([], () => all)
  rows.commit([insert('a', 1)])
  rows.markReady()
  await rows.collection.cleanup()
  await rows.collection.preload()
  expect(ids(rows)).toEqual(['a'])
})

test('an unmounted query leaves the rows where they are', () => {
  const rows = sink()
  rows.commit([insert('a', 1)])
  rows.collection.subscribeChanges(() => undefined).unsubscribe()
  expect(rows.collection.config.gcTime).toBe(0)
  expect(ids(rows)).toEqual(['a'])
})

test('rows that are shown before the others are there at once, stay if they come, and go if they do not', () => {
  const rows = sink()
  rows.foreshow([insert('y', 8).value, insert('wrong', 9).value])
  expect(ids(rows)).toEqual(['y', 'wrong'])
  const { _stateRevision: read } = rows.collection
  rows.commit(
    ['a', 'b', 'c'].map((id, at) => ({ ...insert(id, at), isNew: true as const })),
    true,
  )
  expect(ids(rows)).toEqual(['a', 'b', 'c', 'y', 'wrong'])
  // Whoever has read them, and does not listen yet, sees that there is more, also where the last one is no news.
  const { _stateRevision: between } = rows.collection
  expect(between).not.toBe(read)
  rows.commit(
    ['d', 'y'].map((id, n) => ({ ...insert(id, 7 + n), isNew: true as const })),
    true,
  )
  expect(rows.collection._stateRevision).not.toBe(between)
  rows.markReady()
  expect(ids(rows)).toEqual(['a', 'b', 'c', 'd', 'y'])
})

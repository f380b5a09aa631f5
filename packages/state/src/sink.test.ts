import { expect, test } from 'vitest'
import { createLiveQueryCollection } from './index.ts'
import { createSink } from './sink.ts'
import { isUnheard } from './unheard.ts'

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

test('who listens is known, also a query that nobody has asked for anything yet', () => {
  const rows = sink()
  expect(isUnheard(rows.collection)).toBe(true)
  createLiveQueryCollection({ query: (q) => q.from({ row: rows.collection }), startSync: true })
  expect(isUnheard(rows.collection)).toBe(false)
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

test('a query that orders rows hears of many at once, in its order (T12)', () => {
  const rows = sink(['at'])
  rows.commit(Array.from({ length: 10 }, (_, n) => insert(`k${n}`, n)))
  const query = createLiveQueryCollection({
    query: (q) =>
      q
        .from({ row: rows.collection })
        .orderBy(({ row }) => row.at, 'desc')
        .limit(3),
    startSync: true,
  })
  const heard: (readonly string[])[] = []
  const listen = (changes: readonly { readonly type: string; readonly key: string }[]) => {
    heard.push(changes.map(({ type, key }) => `${type} ${key}`))
  }
  rows.collection.subscribeChanges(listen, { includeInitialState: true })
  heard.length = 0
  rows.commit(
    [
      ...Array.from({ length: 700 }, (_, n) => insert(`m${n}`, 100 + n)),
      { type: 'delete', key: 'k9' } as const,
    ],
    true,
  )
  expect(heard.map((changes) => [changes.length, ...changes.slice(0, 2), ...changes.slice(12, 14)])).toEqual([
    [701, 'delete k9', 'insert m59', 'insert m698', 'insert m697'],
  ])
  rows.markReady()
  expect(query.toArray.map(({ id }) => id)).toEqual(['m699', 'm698', 'm697'])
  expect(ids(rows).slice(8, 11)).toEqual(['k8', 'm0', 'm1'])
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

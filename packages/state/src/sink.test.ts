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

const insert = (id: string, at: number) => ({ type: 'insert', value: { id, at } }) as const
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

import { expect, test, vi } from 'vitest'
import { audienceOf, untold } from './audience.ts'
import { createLiveQueryCollection } from './index.ts'
import { createSink } from './sink.ts'

const rows = () =>
  createSink<{ readonly id: string; readonly at: number }>({
    id: 'rows',
    getKey: ({ id }) => id,
    compare: (a, b) => a.at - b.at,
    rows: () => [],
  }).collection

test('a TanStack of another build is told everything, as if anyone listened', () => {
  const other = {} as Parameters<typeof audienceOf>[0]
  const commit = vi.fn()
  expect(audienceOf(other)).toBe('anyone')
  untold(other, commit)
  expect(commit).toHaveBeenCalledOnce()
})

test('who listens is known, also a query that nobody has asked for anything yet', () => {
  const collection = rows()
  expect(audienceOf(collection)).toBe('nobody')
  createLiveQueryCollection({ query: (q) => q.from({ row: collection }), startSync: true })
  expect(audienceOf(collection)).toBe('anyone')
})

test('queries for the first rows of an order are readers, until somebody else listens', () => {
  const collection = rows()
  for (const way of ['asc', 'desc'] as const)
    createLiveQueryCollection({
      query: (q) =>
        q
          .from({ row: collection })
          .orderBy(({ row }) => row.at, way)
          .limit(3),
      startSync: true,
    })
  expect(audienceOf(collection)).toBe('readers')
  const listening = collection.subscribeChanges(() => undefined)
  expect(audienceOf(collection)).toBe('anyone')
  listening.unsubscribe()
  expect(audienceOf(collection)).toBe('readers')
})

import { deepEquals } from '@tanstack/db'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createCollection, createLiveQueryCollection, eq, gt, localOnlyCollectionOptions } from './index.ts'
import { createSink, type Sink, type SinkWrite } from './sink.ts'
import { SortedIndex } from './sorted-index.ts'

interface Line {
  readonly id: string
  readonly seq: number
  readonly at: number | null
  readonly room: string
}

const lines = (): Sink<Line> =>
  createSink<Line>({
    id: 'lines',
    getKey: ({ id }) => id,
    compare: (a, b) => a.seq - b.seq,
    rows: () => [],
    indexes: ['seq', 'at'],
  })

const rooms = createCollection(
  localOnlyCollectionOptions<{ id: string; open: boolean }, string>({
    id: 'rooms',
    getKey: ({ id }) => id,
    autoIndex: 'eager',
    defaultIndexType: SortedIndex,
    initialData: ['a', 'b'].map((id) => ({ id, open: id === 'a' })),
  }),
)

/** What may be asked while rows still come: by an order that an index holds, and otherwise. */
const asked = {
  'the newest': (from) =>
    createLiveQueryCollection((q) =>
      q
        .from({ line: from })
        .orderBy(({ line }) => line.seq, 'desc')
        .limit(4),
    ),
  'a page of a room': (from) =>
    createLiveQueryCollection((q) =>
      q
        .from({ line: from })
        .where(({ line }) => eq(line.room, 'a'))
        .orderBy(({ line }) => line.seq)
        .offset(3)
        .limit(5),
    ),
  'by what many have not': (from) =>
    createLiveQueryCollection((q) =>
      q
        .from({ line: from })
        .orderBy(({ line }) => line.at, { direction: 'asc', nulls: 'last' })
        .limit(6),
    ),
  'by two fields': (from) =>
    createLiveQueryCollection((q) =>
      q
        .from({ line: from })
        .orderBy(({ line }) => line.at, 'desc')
        .orderBy(({ line }) => line.seq, 'desc')
        .limit(4),
    ),
  'whatever fits a function': (from) =>
    createLiveQueryCollection((q) =>
      q
        .from({ line: from })
        .fn.where(({ line }) => line.seq % 3 === 0)
        .orderBy(({ line }) => line.seq, 'desc')
        .limit(4),
    ),
  'of open rooms': (from) =>
    createLiveQueryCollection((q) =>
      q
        .from({ line: from })
        .join({ room: rooms }, ({ line, room }) => eq(line.room, room.id), 'inner')
        .orderBy(({ line }) => line.seq, 'desc')
        .limit(4)
        .select(({ line, room }) => ({ id: line.id, seq: line.seq, open: room.open })),
    ),
  'with their rooms': (from) =>
    createLiveQueryCollection((q) =>
      q
        .from({ line: from })
        .join({ room: rooms }, ({ line, room }) => eq(line.room, room.id), 'left')
        .where(({ room }) => eq(room?.open, true))
        .orderBy(({ line }) => line.seq, 'desc')
        .limit(4)
        .select(({ line, room }) => ({ id: line.id, seq: line.seq, open: room?.open })),
    ),
  'all after some': (from) =>
    createLiveQueryCollection((q) => q.from({ line: from }).where(({ line }) => gt(line.seq, 900))),
} satisfies Record<string, (from: Sink<Line>['collection']) => unknown>

type Name = keyof typeof asked
const names = Object.keys(asked) as Name[]

const batch = fc.record({
  // From 500 on, not all is told.
  rows: fc.oneof(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 480, max: 700 })),
  first: fc.integer({ min: 0, max: 1_200 }),
  gone: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 40 })),
  at: fc.constantFrom<'none' | 'some' | 'all'>('none', 'some', 'all'),
  backwards: fc.boolean(),
  mounts: fc.subarray(names, { maxLength: 2 }),
  stepwise: fc.boolean(),
  /** Somebody listens to the collection itself from then on, which is then told all. */
  listens: fc.integer({ max: 11, min: 0 }).map((n) => n === 0),
})
type Batch = typeof batch extends fc.Arbitrary<infer T> ? T : never

const few: Batch = {
  rows: 20,
  first: 0,
  gone: 0,
  at: 'some',
  backwards: false,
  mounts: [],
  stepwise: false,
  listens: false,
}
const lot: Batch = { ...few, rows: 600, first: 100, gone: 10 }
/** Each kind of query, and whoever listens to the collection, at a commit of which most is not told to queries. */
const met = [...names.map((name) => ({ mounts: [name] })), { listens: true }].map(
  (one): [Batch[], number] => [[{ ...few, ...one }, lot, { ...lot, first: 900, backwards: true }], 0],
)

function writesOf({ rows, first, gone, at, backwards }: Batch, known: ReadonlyMap<string, Line>) {
  const rank = (n: number) => (backwards ? 5_000 - n : n)
  const value = (n: number): Line => ({
    id: `k${n}`,
    seq: rank(n),
    at: at === 'all' || (at === 'some' && n % 5 === 0) ? n % 97 : null,
    room: 'abc'[n % 3] ?? 'a',
  })
  const writes = new Map<string, SinkWrite<Line>>()
  for (let n = 0; n < gone; n++) {
    const key = `k${(first + rows + n * 7) % 1_800}`
    if (known.has(key)) writes.set(key, { type: 'delete', key })
  }
  for (let n = first; n < first + rows; n++) {
    const was = known.get(`k${n}`)
    // Nobody writes a row as it is.
    if (was && deepEquals(was, value(n))) writes.delete(`k${n}`)
    else writes.set(`k${n}`, { type: 'update', value: value(n), ...(!was && { isNew: true }) })
  }
  return [...writes.values()]
}

/** Rows that are shown before their turn, of which some are never to come, or are others then. */
const early = fc.record({ from: fc.integer({ min: 0, max: 60 }), rows: fc.integer({ min: 0, max: 30 }) })

const linesOf = ({ from, rows }: { readonly from: number; readonly rows: number }): Line[] =>
  Array.from({ length: rows }, (_, n) => ({ id: `k${from + n}`, seq: from + n, at: null, room: 'b' }))

/** What a query shows: keys with what is asked of them. */
const shown = (rows: readonly { readonly id: string; readonly seq: number }[]) =>
  rows.map(({ id, seq }) => `${id} ${seq}`)

const inOrder = (rows: ReadonlyMap<string, Line> | Sink<Line>['collection']) =>
  Array.from(rows.values(), ({ id, seq }) => ({ id, seq })).toSorted((a, b) => a.seq - b.seq)

/** Rows of one step: most of them after all others, as in a replay; some not, and some gone. */
const step = fc.record({
  from: fc.integer({ min: 0, max: 60 }),
  rows: fc.integer({ min: 1, max: 30 }),
  backwards: fc.boolean(),
  /** As rows that were deleted and made anew: behind all others. */
  moved: fc.boolean(),
  gone: fc.oneof(fc.constant([]), fc.array(fc.integer({ min: 0, max: 90 }), { maxLength: 3 })),
  stepwise: fc.boolean(),
  again: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
})

test('rows that come in steps are kept in the order of their places, in whatever order they come', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 8 }), early, async (steps, before) => {
      const rows = new Map<string, Line>()
      const sink = createSink<Line>({
        id: 'steps',
        getKey: ({ id }) => id,
        compare: (a, b) => a.seq - b.seq,
        rows: () => rows.values(),
      })
      const foreshown = new Map(linesOf(before).map((line) => [line.id, line]))
      sink.foreshow([...foreshown.values()])
      expect(shown(sink.collection.toArray)).toEqual(shown(inOrder(foreshown)))
      for (const [n, { from, rows: count, backwards, moved, gone, stepwise, again }] of steps.entries()) {
        if (again) {
          foreshown.clear()
          await sink.collection.cleanup()
          sink.collection.startSyncImmediate()
        }
        const writes: SinkWrite<Line>[] = []
        const places = Array.from({ length: count }, (_, more) => from + more)
        for (const place of backwards ? places.reverse() : places) {
          const value = { id: `k${place}`, seq: moved ? 100 * (n + 1) + place : place, at: null, room: 'a' }
          writes.push({ type: 'update', value, ...(!rows.has(value.id) && { isNew: true }) })
          rows.set(value.id, value)
          foreshown.delete(value.id)
        }
        for (const place of gone) {
          const key = `k${place}`
          if (places.includes(place) || !rows.delete(key)) continue
          writes.push({ type: 'delete', key })
          foreshown.delete(key)
        }
        sink.commit(writes, stepwise)
        expect(shown(sink.collection.toArray)).toEqual(shown(inOrder(new Map([...foreshown, ...rows]))))
      }
      sink.markReady()
      expect(shown(sink.collection.toArray)).toEqual(shown(inOrder(rows)))
    }),
    { numRuns: 150 },
  )
})

test('a query mounted while rows come shows what one shows that is mounted afterwards', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(batch, { minLength: 2, maxLength: 5 }),
      fc.nat(4),
      fc.option(early, { nil: { from: 0, rows: 0 } }),
      async (batches, readyAfter, before) => {
        const sink = lines()
        /** What was committed, whatever was shown before. */
        const real = new Map<string, Line>()
        sink.foreshow(linesOf(before))
        const mounted = new Map<Name, ReturnType<(typeof asked)['the newest']>>()
        const atFirst = new Map<Name, readonly string[]>()
        const heard = new Map<string, Line>()
        let listening = false
        for (const [n, next] of batches.entries()) {
          const { _stateRevision: revision, toArray: before } = sink.collection
          const writes = writesOf(next, real)
          for (const write of writes) {
            if (write.type === 'delete') real.delete(write.key)
            else real.set(write.value.id, write.value)
          }
          sink.commit(writes, next.stepwise && n <= readyAfter)
          expect(shown(sink.collection.toArray)).toEqual(shown(inOrder(sink.collection)))
          // A component that has read the collection and does not listen yet knows by this that it has to read again.
          if (sink.collection._stateRevision === revision) {
            expect(shown(sink.collection.toArray)).toEqual(shown(before))
          }
          if (listening) expect(shown(inOrder(heard))).toEqual(shown(inOrder(sink.collection)))
          if (next.listens && !listening) {
            listening = true
            sink.collection.subscribeChanges(
              (changes) => {
                for (const { type, key, value } of changes) {
                  if (type === 'delete') heard.delete(key)
                  else heard.set(key, value)
                }
              },
              { includeInitialState: true },
            )
          }
          for (const name of next.mounts) {
            if (mounted.has(name)) continue
            // What they have in common: the types of their rows differ.
            const query = asked[name](sink.collection) as ReturnType<(typeof asked)['the newest']>
            mounted.set(name, query)
            query.subscribeChanges(() => undefined)
            query.on('status:change', ({ status }) => {
              if (status === 'ready') atFirst.set(name, shown(query.toArray))
            })
          }
          if (n === Math.min(readyAfter, batches.length - 1)) {
            sink.markReady()
            expect(new Set(sink.collection.keys())).toEqual(new Set(real.keys()))
            await sink.collection.preload()
            for (const [name, query] of mounted) {
              await query.preload()
              const after = asked[name](sink.collection)
              await after.preload()
              expect([name, atFirst.get(name)]).toEqual([name, shown(after.toArray)])
              await after.cleanup()
            }
          }
          await new Promise((resolve) => setImmediate(resolve))
        }
        for (const [name, query] of mounted) {
          const after = asked[name](sink.collection)
          await after.preload()
          expect([name, shown(query.toArray)]).toEqual([name, shown(after.toArray)])
        }
      },
    ),
    {
      examples: met.map(([batches, after]) => [batches, after, { from: 0, rows: 0 }]),
      numRuns: met.length + Number(process.env.RUNS ?? 15),
    },
  )
}, 180_000)

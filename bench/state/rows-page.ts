import {
  type Collection,
  createCollection,
  createLiveQueryCollection,
  eq,
  type SyncConfig,
} from '../../packages/state/src/index.ts'
import { arrival } from '../../packages/state/src/row.ts'
import { createSink, type SinkWrite } from '../../packages/state/src/sink.ts'
import { SortedIndex } from '../../packages/state/src/sorted-index.ts'

interface Line {
  readonly id: string
  readonly at: number
  readonly text: string
  readonly odd: boolean
  readonly _seq: number
}

declare global {
  /**
   * Milliseconds from an empty collection to all rows and a query that shows them, mounted half-way or after: the
   * newest 50, or (`all`) every other row.
   */
  var measureFill: (rows: number, mounted: 'half-way' | 'after', all?: boolean) => Promise<number>
  /** Milliseconds until a reset to as many other rows is shown, without a query or with the newest 50. */
  var measureReset: (rows: number, queried: boolean) => Promise<number>
  /**
   * Milliseconds for each of `deltas` that extend one row under a query, `together` of them in a commit; `alone`: of a
   * bare collection of TanStack, with nothing of ours but the index.
   */
  var measureDeltas: (deltas: number, together: number, alone?: boolean) => number
}

const lines = (count: number, first = 0): Line[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `k${first + n}`,
    at: n,
    text: `line ${n}`,
    odd: n % 2 === 1,
    _seq: first + n,
  }))

let sinks = 0

function lineSink() {
  return createSink<Line>({
    id: `bench-${sinks++}`,
    getKey: ({ id }) => id,
    compare: (a, b) => arrival(a) - arrival(b),
    rows: () => [],
    indexes: ['at'],
  })
}

/** What writes rows into a collection that TanStack made, and that nothing of ours is around. */
function bareLines() {
  let params: Parameters<SyncConfig<Line, string>['sync']>[0] | undefined
  const collection = createCollection<Line, string>({
    id: `bench-${sinks++}`,
    getKey: ({ id }) => id,
    startSync: true,
    autoIndex: 'eager',
    defaultIndexType: SortedIndex,
    sync: {
      rowUpdateMode: 'full',
      sync(given) {
        params = given
      },
    },
  })
  return {
    collection,
    commit(writes: readonly SinkWrite<Line>[]) {
      params?.begin()
      for (const message of writes) params?.write(message)
      params?.commit()
    },
    markReady: () => params?.markReady(),
  }
}

function newest({ collection }: { readonly collection: Collection<Line, string> }) {
  const query = createLiveQueryCollection({
    startSync: true,
    query: (q) =>
      q
        .from({ line: collection })
        .orderBy(({ line }) => line.at, 'desc')
        .limit(50),
  })
  query.subscribeChanges(() => undefined)
  return query
}

const inserts = (rows: readonly Line[]) => rows.map((value): SinkWrite<Line> => ({ type: 'update', value }))

function everyOther({ collection }: { readonly collection: Collection<Line, string> }) {
  const query = createLiveQueryCollection({
    startSync: true,
    query: (q) => q.from({ line: collection }).where(({ line }) => eq(line.odd, true)),
  })
  query.subscribeChanges(() => undefined)
  return query
}

globalThis.measureFill = async (count, mounted, all = false) => {
  const sink = lineSink()
  const rows = lines(count)
  const mount = () => (all ? everyOther(sink) : newest(sink))
  const began = performance.now()
  sink.commit(inserts(rows.slice(0, count / 2)), true)
  const early = mounted === 'half-way' && mount()
  // As a replay does it.
  for (let at = count / 2; at < count; at += 1_000) sink.commit(inserts(rows.slice(at, at + 1_000)), true)
  sink.markReady()
  const shown = await (early || mount()).toArrayWhenReady()
  const took = performance.now() - began
  if (shown.length !== (all ? count / 2 : 50) || (!all && shown[0]?.at !== count - 1))
    throw new Error('the query shows something else')
  return took
}

globalThis.measureReset = async (count, queried) => {
  const sink = lineSink()
  const rows = lines(count)
  sink.commit(inserts(rows), true)
  sink.markReady()
  const query = queried && newest(sink)
  if (query) await query.preload()
  const began = performance.now()
  sink.commit([
    ...rows.map(({ id }): SinkWrite<Line> => ({ type: 'delete', key: id })),
    ...inserts(lines(count, count)),
  ])
  await Promise.resolve()
  const took = performance.now() - began
  if (query && query.toArray[0]?.id !== `k${2 * count - 1}`) throw new Error('the query shows something else')
  return took
}

globalThis.measureDeltas = (count, together, alone = false) => {
  const sink = alone ? bareLines() : lineSink()
  sink.commit(inserts(lines(200)))
  sink.markReady()
  newest(sink)
  let [row] = lines(200).slice(-1)
  const began = performance.now()
  for (let n = 0; n < count && row; n++) {
    row = { ...row, text: `${row.text}word ` }
    if (n % together === together - 1) sink.commit([{ type: 'update', value: row }])
  }
  return (performance.now() - began) / count
}

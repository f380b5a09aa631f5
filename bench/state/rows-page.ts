import { createLiveQueryCollection } from '../../packages/state/src/index.ts'
import { arrival } from '../../packages/state/src/row.ts'
import { createSink, type SinkWrite } from '../../packages/state/src/sink.ts'

interface Line {
  readonly id: string
  readonly at: number
  readonly text: string
  readonly _seq: number
}

declare global {
  /** Milliseconds from an empty collection to all rows and the newest 50, with the query mounted half-way or after. */
  var measureFill: (rows: number, mounted: 'half-way' | 'after') => number
  /** Milliseconds until a reset to as many other rows is shown, without a query or with the newest 50. */
  var measureReset: (rows: number, queried: boolean) => number
  /** Milliseconds for each of `deltas` that extend one row under a query, `together` of them in a commit. */
  var measureDeltas: (deltas: number, together: number) => number
}

const lines = (count: number, first = 0): Line[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `k${first + n}`,
    at: n,
    text: `line ${n}`,
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

function newest({ collection }: ReturnType<typeof lineSink>) {
  const query = createLiveQueryCollection({
    startSync: true,
    query: (q) =>
      q
        .from({ line: collection })
        .orderBy(({ line }) => line.at, 'desc')
        .limit(50),
  })
  query.subscribeChanges(() => undefined)
}

const inserts = (rows: readonly Line[]) => rows.map((value): SinkWrite<Line> => ({ type: 'insert', value }))

globalThis.measureFill = (count, mounted) => {
  const sink = lineSink()
  const rows = lines(count)
  const began = performance.now()
  sink.commit(inserts(rows.slice(0, count / 2)), true)
  if (mounted === 'half-way') newest(sink)
  sink.commit(inserts(rows.slice(count / 2)), true)
  sink.markReady()
  if (mounted === 'after') newest(sink)
  return performance.now() - began
}

globalThis.measureReset = (count, queried) => {
  const sink = lineSink()
  const rows = lines(count)
  sink.commit(inserts(rows), true)
  sink.markReady()
  if (queried) newest(sink)
  const began = performance.now()
  sink.commit([
    ...rows.map(({ id }): SinkWrite<Line> => ({ type: 'delete', key: id })),
    ...inserts(lines(count, count)),
  ])
  return performance.now() - began
}

globalThis.measureDeltas = (count, together) => {
  const sink = lineSink()
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

import type { Effects } from '../effects.ts'
import { concatenated } from '../log/concatenated.ts'
import type { Log, StreamRecord } from '../log/log.ts'
import { packed } from '../log/packed/pack.ts'
import { type Segment, sealed } from '../log/segment.ts'
import { OFFSET_START } from '../protocol/index.ts'
import { batchesOf } from './cut.ts'
import type { Folded, Folding } from './folding.ts'
import { endOf, turns } from './reader.ts'
import type { TidyLimits } from './tidy-limits.ts'

/** Segments read at a time. */
const SLICE = 32

/** Bytes of JSON that are worth a segment of their own. */
const LARGE = 512 * 1024

export interface TidyOptions {
  readonly log: Log
  readonly record: StreamRecord
  readonly effects: Pick<Effects, 'now' | 'breathe'>
  readonly limits: TidyLimits
  /** Ends it between two steps: what was done until then stays done. */
  readonly signal: AbortSignal
}

type Turn = () => Promise<void>

/**
 * What came from the relay is packed, small segments together, each large one in a transaction of its own. Whoever
 * comes second does nothing.
 */
export async function join({ log, record, effects, signal }: TidyOptions): Promise<void> {
  const { id, life, count } = record
  const turn = turnsUntil(signal, effects)
  let { revision } = record
  let group: Segment[] = []

  const flush = async () => {
    const [first] = group
    if (!first) return true
    const one = await joined(first, group, turn)
    const freed = sizeOf(group)
    group = []
    const until = one.n + one.count
    const change = { life, revision, from: one.n, until, segments: [one], freed, marks: { joined: until } }
    const { done } = await log.rewrite(id, change)
    revision += 1
    await turn()
    return done
  }

  for (let at = record.joined; at < count; ) {
    const slice = await log.read(id, { life, revision, count: at }, SLICE)
    if (slice.record.life !== life || slice.record.revision !== revision || slice.from !== at) return
    for (const segment of slice.segments) {
      const asItIsToBe = segment.packed || segment.places
      if ((asItIsToBe || sizeOf(group) >= LARGE) && !(await flush())) return
      if (!asItIsToBe) group.push(segment)
      at = segment.n + segment.count
    }
    if (slice.damage || slice.segments.length === 0) break
  }
  if (!(await flush())) return
  await log.rewrite(id, {
    life,
    revision,
    from: 0,
    until: 0,
    segments: [],
    freed: 0,
    marks: { joined: count },
  })
}

/** Segments that follow each other as one: packed, or else as they came. */
async function joined(first: Segment, group: readonly Segment[], turn: Turn): Promise<Segment> {
  const items: unknown[] = []
  for (const segment of group) {
    const all = { from: segment.n, until: Number.POSITIVE_INFINITY, source: 'local' } as const
    for (const batch of batchesOf(segment, all)) items.push(...batch.items)
    await turn()
  }
  const fields = await packed(items, turn)
  const bytes = fields ?? concatenated(group.map((segment) => segment.bytes))
  const to = group.at(-1)?.to ?? first.to
  return sealed({
    n: first.n,
    from: first.from,
    to,
    count: items.length,
    bytes,
    ...(fields && { packed: true }),
  })
}

/** All but the newest part of the log becomes the last change per key, in one transaction. */
export async function checkpoint(
  { log, record, effects, limits, signal }: TidyOptions,
  folding: Folding,
): Promise<void> {
  const { id, life, revision, count } = record
  const turn = turnsUntil(signal, effects)
  const last = count - limits.tail
  let read = 0
  let freed = 0
  let to = OFFSET_START
  let until = 0
  for (let more = true; more; ) {
    const slice = await log.read(id, { ...endOf(record), count: until }, SLICE)
    if (slice.record.life !== life || slice.record.revision !== revision || slice.from !== until) return
    more = slice.segments.length > 0
    for (const segment of slice.segments) {
      const end = segment.n + segment.count
      if (end > last) more = false
      if (!more) break
      for (const batch of batchesOf(segment, { from: segment.n, until: end, source: 'local' })) {
        folding.add(batch)
        read += batch.items.length
        await turn()
      }
      until = end
      to = segment.to
      freed += segment.bytes.byteLength
    }
  }
  const left = folding.end()
  if (until === 0 || left.items.length * 2 > read) {
    // Little may stand before the newest part; what is nearly all rows is looked at again when it has doubled.
    const marks = { foldAt: until === 0 ? count + limits.fold : count * 2 }
    await log.rewrite(id, { life, revision, from: 0, until: 0, segments: [], freed: 0, marks })
    return
  }
  const segments = await segmentsOf(left, { until, to, turn })
  const marks = {
    folded: until,
    joined: Math.max(record.joined, until),
    foldAt: count + Math.max(limits.fold, left.items.length),
  }
  await log.rewrite(id, { life, revision, from: 0, until, segments, freed, marks })
}

async function segmentsOf(
  { items, places, memo }: Folded,
  { until, to, turn }: { until: number; to: string; turn: Turn },
): Promise<Segment[]> {
  const segments: Segment[] = []
  for (let at = 0, n = 0; n === 0 || at < items.length; n++) {
    let size = 0
    let end = at
    while (end < items.length && (end === at || size < LARGE)) size += items[end++]?.length ?? 0
    const last = end === items.length
    const text = `[${items.slice(at, end).join()}]`
    const fields = await packed(JSON.parse(text), turn)
    segments.push(
      sealed({
        n,
        from: OFFSET_START,
        to,
        // Each takes one ordinal, the last one all the others: contiguous, as any run of segments.
        count: last ? until - n : 1,
        bytes: fields ?? new TextEncoder().encode(text),
        places: Uint32Array.from(places.slice(at, end)),
        ...(fields && { packed: true }),
        ...(last && memo && { memo }),
      }),
    )
    at = end
    await turn()
  }
  return segments
}

function turnsUntil(signal: AbortSignal, effects: TidyOptions['effects']): Turn {
  const turn = turns(effects)
  return async () => {
    await turn()
    signal.throwIfAborted()
  }
}

function sizeOf(segments: readonly Segment[]): number {
  return segments.reduce((size, { bytes }) => size + bytes.byteLength, 0)
}

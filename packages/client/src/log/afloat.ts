import type { Outbox } from '../outbox/outbox.ts'
import { compareOffsets } from '../protocol/index.ts'
import { type Arrival, advance, type Log, NOWHERE, type Position, type StreamRecord } from './log.ts'
import { type Segment, sealed } from './segment.ts'

/** What of a stream the disk had no room for. */
interface Tail {
  /** As it would be on disk. */
  record: StreamRecord
  /** The record on disk that it continues. */
  ashore: StreamRecord
  readonly arrivals: Arrival[]
  segments: Segment[]
}

export interface Afloat {
  readonly log: Log
  /** Something is in memory alone. */
  loaded(): boolean
}

/**
 * A log that goes on in memory while the disk is full. What arrives is tried on disk first, in order, so it comes
 * ashore by itself as soon as there is room; other tabs see it then. `fitted` does what needs room, or answers
 * undefined.
 */
export function afloatLog(
  disk: Log,
  outbox: Pick<Outbox, 'echoed'>,
  fitted: <T>(write: () => Promise<T>) => Promise<T | undefined>,
): Afloat {
  const tails = new Map<string, Tail>()
  /** Of logs that others went on with on disk: what this tab knows beyond was in its memory, and is void. */
  const sure = new Map<string, Pick<StreamRecord, 'life' | 'count'>>()
  const store = (id: string, arrival: Arrival) => fitted(() => disk.append(id, arrival))

  /** False where some of it is still in memory alone. */
  const land = async (id: string): Promise<boolean> => {
    const tail = tails.get(id)
    if (!tail) return true
    let found = tail.ashore
    for (let arrival = tail.arrivals[0]; arrival; arrival = tail.arrivals[0]) {
      const result = await store(id, { ...arrival, echoes: [] })
      if (!result) return false
      found = result.record
      // Another tab had room, or began another life.
      if (result.outcome === 'gap' || result.outcome === 'stranger') break
      tail.arrivals.shift()
      if (result.outcome === 'already') continue
      tail.ashore = found
      tail.segments = tail.segments.filter(({ n }) => n >= found.count)
    }
    if (sameEnd(found, tail.record)) tails.delete(id)
    else strand(id, tail)
    return true
  }

  /** From here on the disk tells, which need not hold what was in memory. */
  const strand = (id: string, { ashore }: Tail) => {
    tails.delete(id)
    sure.set(id, ashore)
  }

  /** What a position says of the log on disk: nothing, once, where it is from a log that was in memory. */
  const onDisk = (id: string, position: Position): Position => {
    const known = sure.get(id)
    if (!known || position.life !== known.life || position.count <= known.count) return position
    sure.delete(id)
    return NOWHERE
  }

  const current = async (id: string): Promise<StreamRecord> => {
    return tails.get(id)?.record ?? (await disk.read(id, NOWHERE, 1)).record
  }

  const log: Log = {
    open: async (id, url) => {
      const record = await disk.open(id, url)
      return tails.get(id)?.record ?? record
    },
    all: () => disk.all(),

    async read(id, position, limit, known) {
      const tail = tails.get(id)
      if (!tail) return disk.read(id, onDisk(id, position), limit, known)
      const { record, ashore } = tail
      const beyond = position.life === record.life && position.count >= ashore.count
      const slice = await disk.read(id, beyond ? ashore : position, beyond ? 0 : limit, known)
      const { from, segments, outbox } = slice
      if (!sameEnd(slice.record, ashore)) {
        strand(id, tail)
        return beyond ? log.read(id, position, limit, known) : slice
      }
      if (beyond) {
        const after = tail.segments.filter(({ n, count }) => n + count > position.count).slice(0, limit)
        return { record, from: Math.min(position.count, record.count), segments: after, damage: null, outbox }
      }
      if (slice.damage) return slice
      const more = segments.length < limit ? tail.segments.slice(0, limit - segments.length) : []
      return { record, from, segments: [...segments, ...more], damage: null, outbox }
    },

    async append(id, arrival) {
      const result = (await land(id)) ? await store(id, arrival) : undefined
      if (result) return result
      const before = await current(id)
      const step = advance(before, arrival, compareOffsets)
      if (step.outcome !== 'stored') return { outcome: step.outcome, record: before }
      // Taking out needs no room. An entry that stayed would be sent again: then nothing of this has arrived.
      const settled = arrival.echoes.length > 0 ? await outbox.echoed(id, arrival.echoes) : []
      const { from, to, count, bytes } = arrival
      const tail = tails.get(id) ?? { record: before, ashore: before, arrivals: [], segments: [] }
      if (count > 0) tail.segments.push(sealed({ n: before.count, from, to, count, bytes }))
      tail.arrivals.push(arrival)
      tail.record = step.record
      tails.set(id, tail)
      return { outcome: 'stored', record: step.record, settled }
    },

    async drop(id, life) {
      tails.delete(id)
      return disk.drop(id, life)
    },
    async evict(id, life) {
      tails.delete(id)
      return disk.evict(id, life)
    },
    async rewrite(id, rewrite) {
      const tail = tails.get(id)
      return tail ? { done: false, record: tail.record } : disk.rewrite(id, rewrite)
    },
  }
  return { log, loaded: () => tails.size > 0 }
}

/** As far as names tell: a relay that was set back may give an offset twice, but hardly at the same count. */
function sameEnd(a: StreamRecord, b: StreamRecord): boolean {
  return a.life === b.life && a.head === b.head && a.count === b.count
}

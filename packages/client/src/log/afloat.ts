import type { Outbox } from '../outbox/outbox.ts'
import { compareOffsets } from '../protocol/index.ts'
import { type Arrival, advance, type Log, type StreamRecord } from './log.ts'
import { type Segment, sealed } from './segment.ts'

/** What of a stream the disk had no room for. */
interface Tail {
  /** As it would be on disk. */
  record: StreamRecord
  /** The record on disk that it continues. */
  readonly ashore: StreamRecord
  readonly arrivals: Arrival[]
  readonly segments: Segment[]
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
  const store = (id: string, arrival: Arrival) => fitted(() => disk.append(id, arrival))

  /** False where some of it is still in memory alone. */
  const land = async (id: string): Promise<boolean> => {
    const tail = tails.get(id)
    for (let arrival = tail?.arrivals[0]; tail && arrival; arrival = tail.arrivals[0]) {
      const result = await store(id, { ...arrival, echoes: [] })
      if (!result) return false
      // Another tab had room, or began another life: from there on the disk tells.
      if (result.outcome === 'gap' || result.outcome === 'stranger') break
      tail.arrivals.shift()
    }
    tails.delete(id)
    return true
  }

  const current = async (id: string): Promise<StreamRecord> => {
    const beyond = { life: 0, count: 0, revision: 0 }
    return tails.get(id)?.record ?? (await disk.read(id, beyond, 1)).record
  }

  const log: Log = {
    open: async (id, url) => {
      const record = await disk.open(id, url)
      return tails.get(id)?.record ?? record
    },
    all: () => disk.all(),

    async read(id, position, limit, known) {
      const tail = tails.get(id)
      if (!tail || position.life !== tail.record.life || position.count < tail.ashore.count) {
        const slice = await disk.read(id, position, limit, known)
        const { record, from, segments, outbox } = slice
        const continues = tail && record.life === tail.ashore.life && record.head === tail.ashore.head
        if (tail && !continues) tails.delete(id)
        if (!continues || slice.damage) return slice
        const more = segments.length < limit ? tail.segments.slice(0, limit - segments.length) : []
        return { record: tail.record, from, segments: [...segments, ...more], damage: null, outbox }
      }
      const { record, segments } = tail
      const { outbox } = await disk.read(id, tail.ashore, 0, known)
      const after = segments.filter(({ n, count }) => n + count > position.count).slice(0, limit)
      return { record, from: Math.min(position.count, record.count), segments: after, damage: null, outbox }
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

import type { MemoryDatabase, MemoryStream } from '../memory.ts'
import { echoed } from '../outbox/memory.ts'
import { voided } from '../outbox/rules.ts'
import { compareOffsets } from '../protocol/index.ts'
import {
  advance,
  emptied,
  emptyRecord,
  evicted,
  type Log,
  rewritten,
  type StreamRecord,
  startOf,
} from './log.ts'
import { inspect, sealed } from './segment.ts'

/** The log of a host without IndexedDB; gone with the page. */
export function memoryLog(db: MemoryDatabase, now: () => number): Log {
  return {
    async open(id, url) {
      const known = db.streams.get(id)
      const record = { ...(known?.record ?? emptyRecord(id, url, now())), lastUsed: now() }
      if (known) known.record = record
      else db.streams.set(id, { record, segments: [], entries: [], producer: null })
      return record
    },

    async all() {
      return [...db.streams.values()].map(({ record }) => record)
    },

    async read(id, position, limit) {
      const { record, segments } = db.stream(id)
      const from = startOf(record, position)
      const rows = segments.filter((segment) => segment.n + segment.count >= from).slice(0, limit + 2)
      return { record, from, ...inspect(rows, { ...record, from, limit }) }
    },

    async append(id, arrival) {
      const stream = db.stream(id)
      const step = advance(stream.record, arrival, compareOffsets)
      if (step.outcome !== 'stored') return { outcome: step.outcome, record: stream.record }
      const { from, to, count, bytes } = arrival
      if (count > 0) stream.segments.push(sealed({ n: stream.record.count, from, to, count, bytes }))
      stream.record = step.record
      return { outcome: 'stored', record: step.record, settled: echoed(stream, arrival.echoes) }
    },

    async drop(id, life) {
      const stream = db.stream(id)
      if (stream.record.life !== life) return stream.record
      stream.producer = stream.producer && voided(stream.producer)
      return empty(stream, emptied(stream.record))
    },

    async rewrite(id, rewrite) {
      const stream = db.stream(id)
      const next = rewritten(stream.record, rewrite)
      if (!next) return { done: false, record: stream.record }
      const { from, until, segments } = rewrite
      const others = stream.segments.filter(({ n }) => n < from || n >= until)
      stream.segments = [...others, ...segments].sort((a, b) => a.n - b.n)
      stream.record = next
      return { done: true, record: next }
    },

    async evict(id, life) {
      const stream = db.stream(id)
      return stream.record.life === life ? empty(stream, evicted(stream.record)) : stream.record
    },
  }
}

function empty(stream: MemoryStream, next: StreamRecord) {
  stream.record = next
  stream.segments = []
  return stream.record
}

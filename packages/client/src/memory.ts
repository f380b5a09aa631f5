import { SyncError } from './errors.ts'
import type { StreamRecord } from './log/log.ts'
import type { Segment } from './log/segment.ts'
import type { Entry, ProducerState } from './outbox/outbox.ts'

/** What the memory adapters of log and outbox share, as the durable ones share a database. */
export interface MemoryStream {
  record: StreamRecord
  segments: Segment[]
  entries: Entry[]
  producer: ProducerState | null
}

export interface MemoryDatabase {
  readonly streams: Map<string, MemoryStream>
  /** Throws `vanished` for a stream that was not opened, or is no more. */
  stream(id: string): MemoryStream
}

export function memoryDatabase(): MemoryDatabase {
  const streams = new Map<string, MemoryStream>()
  return {
    streams,
    stream(id) {
      const stream = streams.get(id)
      if (!stream) throw new SyncError('vanished', `the store has no record of ${id}`)
      return stream
    },
  }
}

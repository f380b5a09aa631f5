import type { Effects } from '../effects.ts'
import { nextStep, SyncError } from '../errors.ts'
import type { Page } from '../http/page.ts'
import type { Log, Position, StreamRecord } from '../log/log.ts'
import type { Damage } from '../log/segment.ts'
import type { OutboxMark, OutboxNews } from '../outbox/outbox.ts'
import type { Offset } from '../protocol/index.ts'
import type { Batch } from './batch.ts'
import { batchesOf, emptyBatch } from './cut.ts'
import { refetched } from './mend.ts'

/** Segments read at a time; the next ones are asked for while these are handed over. They come in one task. */
const SLICE = 4

/** Milliseconds of handing over before input gets its turn. */
const TURN = 8

/** One step of reading the log. */
interface Step {
  readonly record: StreamRecord
  /** Where the reader stands after it. */
  readonly position: Position
  /** null where there is only the record to tell of. */
  readonly batch: Batch | null
  /** The outbox as of `record`, for who follows it and does not know it yet. */
  readonly outbox?: OutboxNews | undefined
}

export interface ReaderOptions {
  readonly id: string
  readonly log: Log
  /** The relay's catch-up, for what is damaged here. */
  readonly read: (from: Offset) => Promise<Page>
}

/** The log of one stream as batches, and as a whole again where a stretch of it is damaged. */
export interface Reader {
  /**
   * What the disk has after `from` and before ordinal `until`. A reset comes first where `from` says nothing about
   * the log of now; a checkpoint is given as a whole, also past `until`. Throws `damaged` where something cannot be
   * read: that is for `mend`. `known`: for who follows the outbox too.
   */
  after(from: Position, until: number, source: Batch['source'], known?: OutboxMark): AsyncGenerator<Step>
  /**
   * Reads what `after` found damaged from the relay, once for all who ask meanwhile. Rejects as a read does; true where
   * there is more to read now.
   */
  mend(): Promise<boolean>
}

export function logReader({ id, log, read }: ReaderOptions): Reader {
  let found: { readonly range: Damage; readonly record: StreamRecord } | undefined
  let underWay: Promise<boolean> | undefined

  const damaged = (range: Damage, record: StreamRecord) => {
    found = { range, record }
    return new SyncError('damaged', `the log cannot be read from ${range.from} to ${range.to}`)
  }

  return {
    async *after(from, until, source, known) {
      let at = from
      let mark = known
      let coming = log.read(id, from, SLICE, mark)
      for (;;) {
        const { record, from: start, segments, damage, outbox } = await coming
        mark = outbox?.mark ?? mark
        const reset = record.life !== at.life || start !== at.count
        at = { ...endOf(record), count: start }
        const { n, count } = segments.at(-1) ?? { n: start, count: 0 }
        const more = !damage && n + count < Math.min(until, record.count)
        if (more) coming = log.read(id, { ...at, count: n + count }, SLICE, mark)
        coming.catch(() => undefined)
        yield { record, position: at, batch: reset ? { ...emptyBatch(source), reset } : null, outbox }
        for (const segment of segments) {
          if (at.count >= until) return
          const end = segment.n + segment.count
          const before = at.count
          at = { ...at, count: segment.places ? end : Math.min(end, until) }
          const upToDate = at.count === record.count && record.caughtUp
          const batches = batchesOf(segment, { from: before, until, source, upToDate })
          for (const batch of readable(batches, () => damaged(segment, record))) {
            // Of a checkpoint nothing less than a whole segment is a place to go on from.
            const position = segment.places ? at : { ...at, count: batch.end }
            yield { record, position, batch }
          }
        }
        if (damage && at.count < Math.min(until, record.count)) throw damaged(damage, record)
        if (!more) return
      }
    },

    mend() {
      underWay ??= mendFound().finally(() => {
        underWay = undefined
      })
      return underWay
    },
  }

  async function mendFound(): Promise<boolean> {
    if (!found) return false
    const { range, record } = found
    const { life, revision, incarnation, folded, joined } = record
    found = undefined
    try {
      // A checkpoint is all that is left of its history: the log begins anew then.
      if (range.n < folded) throw new SyncError('incarnation', 'the checkpoint is damaged')
      const segments = await refetched(range, incarnation, read)
      const freed = segments.reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
      const until = range.n + range.count
      const marks = { joined: Math.min(joined, range.n) }
      await log.rewrite(id, { life, revision, from: range.n, until, segments, freed, marks })
    } catch (error) {
      // What the relay has trimmed cannot be asked for again: the rest of its history is worth more than this copy.
      if (!(error instanceof SyncError) || nextStep(error) !== 'new-life') throw error
      await log.evict(id, life)
    }
    return true
  }
}

export function endOf({ life, count, revision }: StreamRecord): Position {
  return { life, count, revision }
}

function* readable(batches: Iterable<Batch>, damaged: () => SyncError): Generator<Batch> {
  try {
    yield* batches
  } catch {
    throw damaged()
  }
}

/** Lets input have its turn when the last one was long enough ago. */
export function turns({ now, breathe }: Pick<Effects, 'now' | 'breathe'>): () => Promise<void> {
  let began = now()
  return async () => {
    if (now() - began <= TURN) return
    await breathe()
    began = now()
  }
}

import { SyncError } from '../errors.ts'
import type { StreamRecord } from '../log/log.ts'
import type { Segment } from '../log/segment.ts'
import type { Entry, ProducerState } from '../outbox/outbox.ts'
import type { Readable } from '../readable.ts'

/** What a device holds. Of a stream there is one row in `streams` and `claims`, and rows by `n` in the others. */
export interface Tables {
  readonly streams: StreamRecord
  readonly claims: ProducerState
  readonly segments: Segment
  readonly outbox: Entry
}

export type Single = 'streams' | 'claims'
export type Many = 'segments' | 'outbox'

/** What one step reads and writes. Writes show at its end: all of them, or none where anything fails. */
export interface Transaction {
  /** Every row of `streams`. */
  streams(): Promise<readonly StreamRecord[]>
  get<Name extends Single>(table: Name, id: string): Promise<Tables[Name] | undefined>
  /** The rows of a stream from `n` on, in order, at most `limit`. */
  list<Name extends Many>(
    table: Name,
    id: string,
    n: number,
    limit?: number,
  ): Promise<readonly Tables[Name][]>
  /** The last segment that begins before `n`. */
  before(id: string, n: number): Promise<Segment | undefined>
  entry(id: string, txid: string): Promise<Entry | undefined>
  put<Name extends keyof Tables>(table: Name, id: string, row: Tables[Name]): void
  /** The rows from `n` on and before `until`. */
  remove(table: Many, id: string, n: number, until: number): void
}

/** `strict`: on disk when it resolves, whatever happens to the machine; `relaxed`: soon after. */
export type Mode = 'readonly' | 'relaxed' | 'strict'

/** Where log and outbox keep their rows: the one thing that differs between a page with a disk and one without. */
export interface Store {
  readonly kind: 'indexeddb' | 'memory'
  /** Where it may go from disk to memory and back, a change tells that it did. */
  readonly moved?: Readable<unknown>
  /**
   * Runs `body` in one transaction and resolves when it has committed, one after another where they write. Rejects
   * with what `body` throws, or with `quota` or `storage`; then nothing of it happened. Nothing foreign may be
   * awaited in `body`.
   */
  run<T>(mode: Mode, body: (tx: Transaction) => Promise<T>): Promise<T>
  close(): void
  /** Removes every row, for good. */
  destroy(): Promise<void>
}

/** Rows on disk. */
export interface Disk extends Store {
  /** Resolves when it can be read, however long that takes; rejects where it cannot. */
  ready(): Promise<void>
}

/** The record of a stream; `vanished` where the store has none, which is how a wiped one shows. */
export async function existing(tx: Transaction, id: string): Promise<StreamRecord> {
  const record = await tx.get('streams', id)
  if (!record) throw new SyncError('vanished', `the store has no record of ${id}`)
  return record
}

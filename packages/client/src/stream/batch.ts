import type { PendingWrite } from '../outbox/pending.ts'
import type { Offset } from '../protocol/index.ts'

/** Items that arrived together. */
export interface Batch {
  /** As they came: strangers included, checked by nobody. Not to be changed. */
  readonly items: readonly unknown[]
  /** Place of the first item in this life of the stream, from 0: a lasting order of arrival. */
  readonly first: number
  /** Where the log is folded: the place of each item that is left. Else they follow on from `first`. */
  readonly places?: ArrayLike<number>
  /** With the last batch of a checkpoint: what its maker noted of the items that are gone. */
  readonly memo?: Uint8Array
  /** Place after the last one it covers. */
  readonly end: number
  /** The offset that it begins after; of a part of an arrival, the one that the arrival does. */
  readonly from: Offset
  /** The offset that it reaches; of a part that others follow, the same as `from`. */
  readonly to: Offset
  /** Which of the four sources brought it; all are equal (invariant 1). */
  readonly source: 'local' | 'catch-up' | 'tail' | 'tab'
  /** The relay had no more when it gave this. */
  readonly upToDate: boolean
  /** The log was dropped before this batch: whatever was made of earlier ones is void (invariant 10). */
  readonly reset: boolean
}

/** One step of a stream on this device: what the log gained, and the outbox as of then. */
export interface StreamChange {
  /** null where only the outbox changed. */
  readonly batch: Batch | null
  /** The same array as before where it did not change. An entry that `batch` echoes is not in it any more. */
  readonly outbox: readonly PendingWrite[]
  /** All that was on disk has been handed over. */
  readonly replayed: boolean
  /**
   * False while a log that this device had, and lost, is being read anew: what was shown of it stays right to show
   * until then.
   */
  readonly whole: boolean
}

/** Hears of every step of a stream, in order. What it throws is reported and stops nothing. */
export type Observer = (change: StreamChange) => void

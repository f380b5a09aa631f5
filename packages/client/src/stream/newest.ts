import type { Position } from '../log/log.ts'
import type { PendingWrite } from '../outbox/pending.ts'
import type { Batch } from './batch.ts'
import type { Reader } from './reader.ts'

/** The end of a log, for who shows something before all of it is replayed. */
export interface Newest {
  /** Items to look back; 0 where they are not wanted. Asked once the log is open. */
  readonly count: () => number
  /**
   * Called before the replay, and only where the log on disk is longer than that and sound: `batches` are its end, and
   * may begin earlier than asked for. The replay waits for what it returns, and gives them again, with all that comes
   * before them. One that rejects is asked for nothing more: the log is read without it.
   */
  readonly show: (batches: readonly Batch[], outbox: readonly PendingWrite[]) => Promise<void>
}

/** The last `count` items of the log up to `position`; none where they would be all, or it is another log by now. */
export async function endOfLog(
  reader: Pick<Reader, 'after'>,
  position: Position,
  count: number,
): Promise<readonly Batch[]> {
  if (count === 0 || count >= position.count) return []
  const batches: Batch[] = []
  const from = { ...position, count: position.count - count }
  for await (const { batch } of reader.after(from, position.count, 'local')) {
    // Another tab has dropped or folded the log meanwhile: the replay finds out as well.
    if (batch?.reset) return []
    if (batch) batches.push(batch)
  }
  return batches
}

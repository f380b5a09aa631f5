import type { Bell } from '../bell.ts'
import type { Effects } from '../effects.ts'
import type { Log, StreamRecord } from '../log/log.ts'
import type { MakeFolding } from './folding.ts'
import type { Mirror } from './mirror.ts'
import type { TidyLimits } from './tidy-limits.ts'

export interface IdleOptions {
  readonly log: Log
  readonly mirror: Mirror
  readonly effects: Effects
  readonly limits: TidyLimits
  /** Makes the next checkpoint; undefined where nobody who has this stream open knows its rows. */
  readonly folding: () => MakeFolding | undefined
  /** Rings when the mirror has changed. */
  readonly moved: Bell
}

function due(
  record: StreamRecord,
  { join, fold }: TidyLimits,
  foldable: boolean,
): 'fold' | 'join' | undefined {
  if (!record.caughtUp) return undefined
  if (foldable && record.count >= Math.max(fold, record.foldAt)) return 'fold'
  return record.count - record.joined >= join ? 'join' : undefined
}

/** What the leader does for the log when there is time, until `signal` ends; never rejects. */
export async function runIdle(options: IdleOptions, signal: AbortSignal): Promise<void> {
  const { log, mirror, effects, limits, moved } = options
  while (!signal.aborted) {
    await effects.sleep(limits.idle, signal)
    if (signal.aborted) return
    const record = mirror.record()
    const folding = options.folding()
    const task = due(record, limits, folding !== undefined)
    if (task) {
      try {
        const { checkpoint, join } = await import('./tidy.ts')
        const tidying = { log, record, effects, limits, signal }
        if (task === 'fold' && folding) await checkpoint(tidying, await folding())
        else await join(tidying)
        await mirror.refresh()
      } catch {
        // A disk that fails is tidied another time.
      }
    }
    // What came meanwhile has rung already; after one task another one may be due.
    const { count, revision } = mirror.record()
    if (count === record.count && revision === record.revision) await moved.wait(signal)
  }
}

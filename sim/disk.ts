import { SyncError } from '../packages/client/src/errors.ts'
import type { Log, Rewrite } from '../packages/client/src/log/log.ts'
import { memoryLog } from '../packages/client/src/log/memory.ts'
import type { MemoryDatabase } from '../packages/client/src/memory.ts'
import { memoryOutbox } from '../packages/client/src/outbox/memory.ts'
import type { Outbox } from '../packages/client/src/outbox/outbox.ts'
import { type Storage, unsentOf } from '../packages/client/src/storage.ts'
import type { Faults } from './faults.ts'
import { awake, type Life, type Surroundings } from './tabs.ts'

export interface DiskOptions extends Surroundings {
  readonly db: MemoryDatabase
  readonly life: Life
  /** Dies between two steps, by this chance at each. */
  readonly crash: () => void
}

/** The device's store as one tab has it: each step takes time, may fail as a whole, or be the tab's last. */
export function disk(options: DiskOptions): Storage {
  const { db, clock } = options
  const { log, outbox } = slowedStorage({ log: memoryLog(db, clock.now), outbox: memoryOutbox(db) }, options)
  return {
    kind: 'indexeddb',
    log,
    outbox,
    close() {},
    async destroy() {
      const unsent = await unsentOf(log, outbox)
      db.streams.clear()
      return unsent
    },
  }
}

/** Any store, as a tab has it that may freeze and die. */
export function slowedStorage(
  { log, outbox }: Pick<Storage, 'log' | 'outbox'>,
  options: Omit<DiskOptions, 'db'>,
): Pick<Storage, 'log' | 'outbox'> {
  const changes = ['add', 'freeze', 'settle', 'doubt', 'retry', 'discard']
  return {
    log: slowed<Log>(log, options, ['append', 'drop', 'rewrite', 'evict']),
    outbox: slowed<Outbox>(outbox, options, changes),
  }
}

function slowed<Port extends Log | Outbox>(
  port: Port,
  options: Omit<DiskOptions, 'db'>,
  writes: readonly string[],
): Port {
  const { life, clock, random, rates, faults, trouble, crash } = options
  const wrapped = Object.entries(port).map(
    ([name, method]: [string, (...args: unknown[]) => Promise<unknown>]) => {
      const step = async (...args: unknown[]) => {
        await clock.sleep(random.whole(0, 3))
        await awake(life)
        if (trouble() && writes.includes(name)) {
          if (random.chance(rates.diskFails)) return failed('quota', 'disk full')
          if (random.chance(rates.diskFails)) return failed('storage', 'disk failed')
        }
        if (trouble() && random.chance(rates.crashBetweenSteps)) {
          crash()
          await awake(life)
        }
        const result = await method(...args)
        tidied(name, args, result, faults)
        if (trouble() && random.chance(rates.crashBetweenSteps)) crash()
        await clock.sleep(random.whole(0, 3))
        await awake(life)
        return result
      }
      const failed = (code: 'quota' | 'storage', fault: 'disk full' | 'disk failed') => {
        faults.happened(fault)
        throw new SyncError(code, fault)
      }
      return [name, step] as const
    },
  )
  return Object.fromEntries(wrapped) as unknown as Port
}

/** Not faults, but what must hold under all of them. */
function tidied(name: string, args: readonly unknown[], result: unknown, faults: Faults): void {
  if (name !== 'rewrite' || !(result as { done: boolean }).done) return
  const { marks, segments } = args[1] as Rewrite
  if (marks.folded) faults.happened('log folded')
  else if (segments.length > 0) faults.happened('log joined')
}

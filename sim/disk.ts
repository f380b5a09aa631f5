import { SyncError } from '../packages/client/src/errors.ts'
import type { Log, Rewrite } from '../packages/client/src/log/log.ts'
import type { Segment } from '../packages/client/src/log/segment.ts'
import type { Outbox } from '../packages/client/src/outbox/outbox.ts'
import { type Storage, storageOver } from '../packages/client/src/storage.ts'
import { type MemoryDatabase, memoryStore } from '../packages/client/src/store/memory.ts'
import type { Faults } from './faults.ts'
import { awake, type Life, type Surroundings } from './tabs.ts'

export interface DiskOptions extends Surroundings {
  readonly db: MemoryDatabase
  readonly life: Life
  /** Dies between two steps, by this chance at each. */
  readonly crash: () => void
  /** A step with strict durability was taken. */
  readonly flush?: () => void
}

/** Steps that write, and those of them after which the power may go. */
const WRITES: ReadonlySet<string> = new Set(
  'append drop rewrite evict add freeze settle doubt retry discard'.split(' '),
)
const RELAXED: ReadonlySet<string> = new Set(['append', 'rewrite', 'evict'])

/** The device's store as one tab has it: each step takes time, may fail as a whole, or be the tab's last. */
export function disk(options: DiskOptions): Storage {
  const { db, clock } = options
  const storage = storageOver(memoryStore(db), clock.now)
  return { ...storage, kind: 'indexeddb', ...slowedStorage(storage, options) }
}

/** Any store, as a tab has it that may freeze and die. */
export function slowedStorage(
  { log, outbox }: Pick<Storage, 'log' | 'outbox'>,
  options: Omit<DiskOptions, 'db'>,
): Pick<Storage, 'log' | 'outbox'> {
  return { log: slowed<Log>(log, options), outbox: slowed<Outbox>(outbox, options) }
}

type Method = (...args: unknown[]) => Promise<unknown>

function slowed<Port extends Log | Outbox>(port: Port, options: Omit<DiskOptions, 'db'>): Port {
  const wrapped = Object.entries(port).map(([name, method]: [string, Method]) => [
    name,
    WRITES.has(name) ? writing(name, method, options) : reading(method, options),
  ])
  return Object.fromEntries(wrapped) as Port
}

/** What was read has been so for a while by the time it is known. */
function reading(method: Method, options: Omit<DiskOptions, 'db'>): Method {
  return async (...args) => {
    const result = await method(...args)
    await step(options)
    return result
  }
}

function writing(name: string, method: Method, options: Omit<DiskOptions, 'db'>): Method {
  const { random, rates, faults, trouble, flush } = options
  const failed = (code: 'quota' | 'storage', fault: 'quota abort' | 'disk failed') => {
    faults.happened(fault)
    throw new SyncError(code, fault)
  }
  return async (...args) => {
    await step(options)
    if (trouble() && random.chance(rates.diskFails)) failed('quota', 'quota abort')
    if (trouble() && random.chance(rates.diskFails)) failed('storage', 'disk failed')
    const result = await method(...args)
    tidied(name, args, result, faults)
    if (!RELAXED.has(name)) flush?.()
    await step(options)
    return result
  }
}

/** A moment of a tab's life, which may be its last. */
async function step({
  life,
  clock,
  random,
  rates,
  faults,
  trouble,
  crash,
}: Omit<DiskOptions, 'db'>): Promise<void> {
  const ms = random.whole(0, 3)
  if (ms > 0) await clock.sleep(ms)
  if (!life.dead && trouble() && random.chance(rates.crashBetweenSteps)) {
    faults.happened('tab crashed between two steps of its store')
    crash()
  }
  if (life.dead || life.frozen) await awake(life)
}

/** A byte of one segment of the log is another from now on; undefined where there is none. */
export function damage(
  { streams }: MemoryDatabase,
  id: string,
  pick: <T>(from: readonly T[]) => T,
): Segment | undefined {
  const stream = streams.get(id)
  if (!stream || stream.segments.length === 0) return undefined
  const damaged = pick(stream.segments)
  const bytes = damaged.bytes.map((byte) => byte ^ 1)
  const segments = stream.segments.map((segment) => (segment === damaged ? { ...segment, bytes } : segment))
  streams.set(id, { ...stream, segments })
  return damaged
}

/** Not faults, but what must hold under all of them. */
function tidied(name: string, args: readonly unknown[], result: unknown, faults: Faults): void {
  if (name !== 'rewrite' || !(result as { done: boolean }).done) return
  const { marks, segments } = args[1] as Rewrite
  if (marks.folded) faults.happened('log folded')
  else if (segments.length > 0) faults.happened('log joined')
}

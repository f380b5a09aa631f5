import type { RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import type { Known, Verdict } from '../command.ts'
import { isOver } from '../lifetime.ts'
import type { Batch, StreamState } from '../state.ts'
import { apply, release } from './apply.ts'
import { GroupCommit } from './group-commit.ts'
import { batchKey, lifeRange, positionOf } from './lmdb-keys.ts'
import { type LmdbTables, LmdbTransaction } from './lmdb-transaction.ts'
import { Mortals } from './mortals.ts'
import { readChain } from './segments.ts'
import type { Page, Scope, Store, StoreStats } from './store.ts'
import { Watchers } from './watchers.ts'

/** Where the store keeps its bytes, and how. */
export interface LmdbStoreOptions {
  /** The folder of the database; made when it is not there. */
  readonly path: string
}

const GROUP_LIMIT = 1024
const CACHED_HEADS = 1024
const PURGE_STEP = 512

/** A durable store in one folder, for one process. Everything in it is answered after it is flushed. */
export function lmdbStore(options: LmdbStoreOptions): Store {
  return new LmdbStore(options.path)
}

class LmdbStore implements Store {
  readonly #root: RootDatabase<Buffer, Buffer>
  readonly #db: LmdbTables
  readonly #watchers = new Watchers()
  readonly #cache = new Map<string, StreamState>()
  readonly #mortals = new Mortals()
  readonly #writer: GroupCommit<LmdbTransaction>
  #purging: Promise<void> | undefined
  #closed = false

  constructor(path: string) {
    // Without overlapping syncs a commit is durable when it becomes visible, to readers and to us. Batches by
    // event turn hold a promise that nobody can handle when a commit fails; each group is a batch anyway.
    this.#root = open<Buffer, Buffer>({
      path,
      maxDbs: 4,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      keyEncoding: 'binary',
    })
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    this.#db = {
      heads: this.#root.openDB({ name: 'heads', encoding: 'string' }),
      batches: this.#root.openDB({ name: 'batches', ...binary }),
      producers: this.#root.openDB({ name: 'producers', encoding: 'string', keyEncoding: 'binary' }),
      purge: this.#root.openDB({ name: 'purge', ...binary }),
    }
    this.#writer = new GroupCommit({
      begin: () => new LmdbTransaction(this.#db, (at) => this.#state(at)),
      flush: (tx) => this.#flush(tx),
      defer: setImmediate,
      limit: GROUP_LIMIT,
    })
    for (const { key, value } of this.#db.heads.getRange()) this.#mortals.note(key, JSON.parse(value))
    this.#purge()
  }

  async head(path: string): Promise<StreamState | undefined> {
    return this.#state(path)
  }

  async commit(scope: Scope, decide: (known: Known) => Verdict): Promise<Verdict> {
    if (this.#closed) throw new Error('the store is closed')
    return this.#writer.submit((tx) => apply(tx, scope, decide))
  }

  async read(state: StreamState, from: number, budget: number): Promise<Page | undefined> {
    return readChain(state, from, budget, (incarnation, at) => this.#batchesFrom(incarnation, at))
  }

  touch(path: string, state: StreamState, now: number): void {
    if (state.lifetime.kind === 'window') this.#mortals.touch(path, now)
  }

  watch(path: string, wake: () => void): () => void {
    return this.#watchers.add(path, wake)
  }

  async sweep(now: number): Promise<void> {
    const over = this.#mortals.over(now, (path) => this.#state(path))
    const touched = this.#mortals.takeUnsaved()
    if (over.length + touched.length === 0) return
    await this.#writer.submit((tx) => {
      for (const path of new Set([...over, ...touched])) {
        const state = tx.state(path)
        if (!state || state.hidden) continue
        if (isOver(state.lifetime, now)) release(tx, path, state)
        else tx.putState(path, state)
      }
    })
  }

  stats(): StoreStats {
    return { streams: entries(this.#db.heads), producers: entries(this.#db.producers) }
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    await this.#writer.idle()
    await this.#purging
    await this.#root.close()
  }

  #state(path: string): StreamState | undefined {
    const cached = this.#cache.get(path)
    if (cached) return this.#mortals.current(path, cached)
    const text = this.#db.heads.get(path)
    if (text === undefined) return undefined
    const state: StreamState = JSON.parse(text)
    this.#remember(path, state)
    return this.#mortals.current(path, state)
  }

  #remember(path: string, state: StreamState): void {
    this.#cache.delete(path)
    this.#cache.set(path, state)
    if (this.#cache.size <= CACHED_HEADS) return
    const oldest = this.#cache.keys().next()
    if (!oldest.done) this.#cache.delete(oldest.value)
  }

  async #flush(tx: LmdbTransaction): Promise<void> {
    if (tx.empty) return
    const written = this.#root.batch(() => tx.write())
    this.#startNow()
    await written.catch(rethrowCause)
    for (const [path, state] of tx.states) {
      if (state) this.#remember(path, state)
      else this.#cache.delete(path)
      this.#mortals.note(path, state)
    }
    for (const path of tx.states.keys()) this.#watchers.wake(path)
    if (tx.ended.length > 0) this.#purge()
  }

  /**
   * LMDB starts on a batch when the requests at hand have had their turn, unless more writes than its threshold
   * wait: one that does nothing makes them so many, and the flush runs while those requests are carried out.
   */
  #startNow(): void {
    this.#root.batch(() => {}).catch(() => {})
  }

  *#batchesFrom(incarnation: string, from: number): Generator<Batch> {
    const { end } = lifeRange(incarnation)
    for (const { key, value } of this.#db.batches.getRange({ start: batchKey(incarnation, from), end })) {
      yield { at: positionOf(key), bytes: value }
    }
  }

  /**
   * Removes what ended lives left behind, a little at a time, so that no append waits long for it. What
   * fails is tried again with the next life that ends, or the next start.
   */
  #purge(): void {
    this.#purging ??= this.#purgeAll()
      .catch(() => {})
      .finally(() => {
        this.#purging = undefined
      })
  }

  async #purgeAll(): Promise<void> {
    while (!this.#closed && (await this.#purgeStep()) > 0);
  }

  /** Removes at most `PURGE_STEP` keys in one commit; returns how many. */
  async #purgeStep(): Promise<number> {
    const { batches, producers, purge } = this.#db
    let left = PURGE_STEP
    const removals: (() => void)[] = []
    for (const life of purge.getKeys({ limit: PURGE_STEP })) {
      for (const table of [batches, producers]) {
        for (const key of table.getKeys({ ...lifeRange(life.toString('latin1')), limit: left })) {
          removals.push(() => void table.remove(key).catch(() => {}))
          left--
        }
      }
      if (left === 0) break
      removals.push(() => void purge.remove(life).catch(() => {}))
      left--
    }
    if (removals.length === 0) return 0
    await this.#root
      .batch(() => {
        for (const remove of removals) remove()
      })
      .catch(rethrowCause)
    return removals.length
  }
}

/** LMDB rejects with a general error that holds a promise of the actual one. */
async function rethrowCause(error: unknown): Promise<never> {
  if (error instanceof Error && 'commitError' in error) await error.commitError
  throw error
}

function entries(table: { getStats(): object }): number {
  const stats = table.getStats()
  return 'entryCount' in stats && typeof stats.entryCount === 'number' ? stats.entryCount : 0
}

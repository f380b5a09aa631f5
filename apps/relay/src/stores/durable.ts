import type { Known, Verdict } from '../command.ts'
import { isOver } from '../lifetime.ts'
import type { StreamState } from '../state.ts'
import { apply, release } from './apply.ts'
import { GroupCommit } from './group-commit.ts'
import type { JournaledTables } from './journaled-tables.ts'
import { Mortals } from './mortals.ts'
import { readChain } from './segments.ts'
import type { Page, Scope, Store, StoreStats } from './store.ts'
import { Transaction } from './transaction.ts'
import type { Watchers } from './watchers.ts'

/** Times the limit of a body, this is the most that is written, and at a start read, as one. */
const GROUP_LIMIT = 128
const CACHED_HEADS = 1024

/** The port over tables that write one group at a time. */
export class DurableStore implements Store {
  readonly #tables: JournaledTables
  readonly #watchers: Watchers
  readonly #cache = new Map<string, StreamState>()
  readonly #mortals = new Mortals()
  readonly #writer: GroupCommit<Transaction>
  #closing: Promise<void> | undefined

  constructor(tables: JournaledTables, watchers: Watchers) {
    this.#tables = tables
    this.#watchers = watchers
    const committed = {
      state: (path: string) => this.#state(path),
      producer: (life: string, id: string) => tables.producer(life, id),
    }
    this.#writer = new GroupCommit({
      begin: () => new Transaction(committed),
      flush: (tx) => this.#flush(tx),
      defer: setImmediate,
      limit: GROUP_LIMIT,
    })
    for (const [path, state] of tables.states()) this.#mortals.note(path, state)
  }

  async head(path: string): Promise<StreamState | undefined> {
    return this.#state(path)
  }

  commit(scope: Scope, decide: (known: Known) => Verdict): Promise<Verdict> {
    if (this.#closing) return Promise.reject(new Error('the store is closed'))
    return this.#writer.submit((tx) => apply(tx, scope, decide))
  }

  async read(state: StreamState, from: number, budget: number): Promise<Page | undefined> {
    return readChain(state, from, budget, (life, at) => this.#tables.batchesFrom(life, at))
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

  /** Has the tables see to what is due, between two groups. */
  tend(): void {
    void this.#writer.submit(() => {}).catch(() => {})
  }

  stats(): StoreStats {
    return this.#tables.counts()
  }

  close(): Promise<void> {
    this.#closing ??= this.#writer.idle().then(() => this.#tables.close())
    return this.#closing
  }

  #state(path: string): StreamState | undefined {
    const cached = this.#cache.get(path)
    if (cached) return this.#mortals.current(path, cached)
    const state = this.#tables.state(path)
    if (!state) return undefined
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

  async #flush({ changes }: Transaction): Promise<void> {
    await this.#tables.write(changes)
    for (const [path, state] of changes.states) {
      if (state) this.#remember(path, state)
      else this.#cache.delete(path)
      this.#mortals.note(path, state)
    }
    for (const path of changes.states.keys()) this.#watchers.wake(path)
  }
}

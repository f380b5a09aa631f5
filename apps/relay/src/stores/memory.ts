import type { Known, Verdict } from '../command.ts'
import { isOver, touched } from '../lifetime.ts'
import type { Batch, ProducerState, StreamState } from '../state.ts'
import { apply, release, type Tables } from './apply.ts'
import { firstFrom } from './batches.ts'
import { readChain } from './segments.ts'
import type { Page, Scope, Store, StoreStats } from './store.ts'
import { Watchers } from './watchers.ts'

interface Life {
  readonly batches: Batch[]
  readonly producers: Map<string, ProducerState>
}

/** The batch in memory of its own: what a host read it into may be much larger. */
function own({ at, bytes }: Batch): Batch {
  return { at, bytes: bytes.length * 2 < bytes.buffer.byteLength ? new Uint8Array(bytes) : bytes }
}

/** A store that lives as long as the process: for tests, mocks and trying things out. */
export function memoryStore(): Store {
  return new MemoryStore()
}

class MemoryStore implements Store {
  readonly #states = new Map<string, StreamState>()
  readonly #lives = new Map<string, Life>()
  readonly #watchers = new Watchers()
  readonly #tables: Tables = {
    state: (path) => this.#states.get(path),
    putState: (path, state) => void this.#states.set(path, state),
    dropState: (path) => void this.#states.delete(path),
    producer: (incarnation, id) => this.#lives.get(incarnation)?.producers.get(id),
    putProducer: (incarnation, id, state) => void this.#life(incarnation).producers.set(id, state),
    putBatch: (incarnation, batch) => void this.#life(incarnation).batches.push(own(batch)),
    dropLife: (incarnation) => void this.#lives.delete(incarnation),
  }

  async head(path: string): Promise<StreamState | undefined> {
    return this.#states.get(path)
  }

  async commit(scope: Scope, decide: (known: Known) => Verdict): Promise<Verdict> {
    const verdict = apply(this.#tables, scope, decide)
    if (verdict.ok && verdict.write) this.#watchers.wake(scope.path)
    return verdict
  }

  async read(state: StreamState, from: number, budget: number): Promise<Page | undefined> {
    return readChain(state, from, budget, (incarnation, at) => this.#batchesFrom(incarnation, at))
  }

  touch(path: string, state: StreamState, now: number): void {
    const current = this.#states.get(path)
    if (current?.incarnation !== state.incarnation) return
    this.#states.set(path, { ...current, lifetime: touched(current.lifetime, now) })
  }

  watch(path: string, wake: () => void): () => void {
    return this.#watchers.add(path, wake)
  }

  async sweep(now: number): Promise<void> {
    for (const [path, state] of [...this.#states]) {
      if (state.hidden || !isOver(state.lifetime, now)) continue
      release(this.#tables, path, state)
      this.#watchers.wake(path)
    }
  }

  stats(): StoreStats {
    let producers = 0
    for (const life of this.#lives.values()) producers += life.producers.size
    return { streams: this.#states.size, producers }
  }

  async close(): Promise<void> {}

  #life(incarnation: string): Life {
    const known = this.#lives.get(incarnation)
    if (known) return known
    const life: Life = { batches: [], producers: new Map() }
    this.#lives.set(incarnation, life)
    return life
  }

  *#batchesFrom(incarnation: string, from: number): Generator<Batch> {
    const batches = this.#lives.get(incarnation)?.batches ?? []
    for (let i = firstFrom(batches, from); i < batches.length; i++) {
      const batch = batches[i]
      if (batch) yield batch
    }
  }
}

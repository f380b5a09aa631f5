import type { Batch, ProducerState, StreamState } from '../state.ts'
import { Changes } from './changes.ts'
import { Journal } from './journal.ts'
import { newMarks, type Stretch } from './journal-files.ts'
import { LmdbTables } from './lmdb-tables.ts'
import type { StoreStats } from './store.ts'
import type { Committed } from './transaction.ts'

/** How full (bytes) a file of the journal gets before LMDB takes over what is in it. */
const TURN_BYTES = 512 * 1024
/** How full when LMDB is behind: writes wait for it then. */
const FULL_BYTES = 2 * TURN_BYTES
/** How long (ms) something stays in the journal alone. */
const TURN_AFTER_MS = 1000

type Turned = Pick<Stretch, 'changes' | 'last'>

/**
 * LMDB behind a journal: a write is durable after one flush of one file, and LMDB takes over many of them in
 * one commit. What it does not hold yet is in memory, and is read from there.
 */
export class JournaledTables implements Committed {
  readonly #tables: LmdbTables
  readonly #journal: Journal
  readonly #wake: () => void
  /** What is in the file of the journal that is being written. */
  #fresh: Changes
  /** What is in the other one, until LMDB holds it. */
  #turned: Turned | undefined
  #taking: Promise<void> | undefined
  #purging: Promise<void> | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #due = false
  #closing = false

  private constructor(tables: LmdbTables, journal: Journal, pending: readonly Stretch[], wake: () => void) {
    this.#tables = tables
    this.#journal = journal
    this.#wake = wake
    this.#fresh = pending.at(-1)?.changes ?? new Changes()
    this.#turned = pending.length > 1 ? pending[0] : undefined
  }

  /** Calls `wake` when it is time for a `write`, be it of nothing. */
  static async open(path: string, wake: () => void): Promise<JournaledTables> {
    const tables = new LmdbTables(path)
    if (!tables.marks && tables.counts().streams > 0) throw new Error('the store is of an earlier version')
    const marks = tables.marks ?? newMarks()
    if (!tables.marks) await tables.begin(marks)
    const { journal, pending } = await Journal.open(path, marks)
    const opened = new JournaledTables(tables, journal, pending, wake)
    opened.#tendTables()
    opened.#purge()
    return opened
  }

  state(path: string): StreamState | undefined {
    for (const { states } of this.#layers()) {
      const state = states.get(path)
      if (state || states.has(path)) return state
    }
    return this.#tables.state(path)
  }

  /** Of every path; where one comes again, the later one counts. */
  *states(): Generator<readonly [path: string, state: StreamState | undefined]> {
    yield* this.#tables.states()
    for (const { states } of this.#layers().reverse()) yield* states
  }

  producer(life: string, id: string): ProducerState | undefined {
    for (const { producers } of this.#layers()) {
      const state = producers.get(life)?.get(id)
      if (state) return state
    }
    return this.#tables.producer(life, id)
  }

  /** Those from the one that begins at `from` on. */
  *batchesFrom(life: string, from: number): Generator<Batch> {
    const recent = this.#layers().reverse()
    const places = recent.some((changes) => changes.holds(life, from)) ? recent : [this.#tables, ...recent]
    let next = from
    for (const place of places) {
      for (const batch of place.batchesFrom(life, next)) {
        yield batch
        next = batch.at + batch.bytes.length
      }
    }
  }

  /** Resolves once `changes` are durable, and in all that is read here. One at a time. */
  async write(changes: Changes): Promise<void> {
    if (this.#turned) this.#tendTables()
    else if (this.#due || this.#journal.size >= TURN_BYTES) this.#turn()
    if (changes.empty) return
    const frame = this.#journal.frame(changes)
    if (this.#turned && this.#journal.size + frame.length > FULL_BYTES) await this.#takeOver(this.#turned)
    await this.#journal.append(frame)
    this.#fresh.add(changes)
    this.#timer ??= setTimeout(() => {
      this.#due = true
      this.#wake()
    }, TURN_AFTER_MS)
  }

  counts(): StoreStats {
    let { producers, streams } = this.#tables.counts()
    const layers = this.#layers()
    for (const path of new Set(layers.flatMap(({ states }) => [...states.keys()]))) {
      if (this.state(path)) streams++
      if (this.#tables.state(path)) streams--
    }
    const seen = new Set<string>()
    for (const layer of layers) {
      for (const [life, ids] of layer.producers) {
        for (const id of ids.keys()) {
          if (seen.has(life + id) || this.#tables.producer(life, id)) continue
          seen.add(life + id)
          producers++
        }
      }
    }
    return { streams, producers }
  }

  /** Resolves when LMDB holds all there is. Not to be called during a write. */
  async settle(): Promise<void> {
    if (this.#turned) await this.#takeOver(this.#turned)
    this.#turn()
    if (this.#turned) await this.#takeOver(this.#turned)
  }

  /** What LMDB cannot take over now is in the journal the next time. */
  async close(): Promise<void> {
    this.#closing = true
    clearTimeout(this.#timer)
    await this.settle().catch(() => {})
    await this.#purging
    await this.#journal.close()
    await this.#tables.close()
  }

  /** Newest first. */
  #layers(): Changes[] {
    return this.#turned ? [this.#fresh, this.#turned.changes] : [this.#fresh]
  }

  #turn(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#due = false
    if (this.#fresh.empty) return
    this.#turned = { changes: this.#fresh, last: this.#journal.last }
    this.#fresh = new Changes()
    this.#journal.turn()
    this.#tendTables()
  }

  /** What fails is tried again at the next write, which it only keeps from going on when the journal is full. */
  #tendTables(): void {
    if (this.#turned) this.#takeOver(this.#turned).catch(() => {})
  }

  #takeOver({ changes, last }: Turned): Promise<void> {
    this.#taking ??= this.#tables
      .write(changes, last)
      .then(() => {
        this.#turned = undefined
        if (changes.ended.size > 0) this.#purge()
        if (this.#due) this.#wake()
      })
      .finally(() => {
        this.#taking = undefined
      })
    return this.#taking
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
    while (!this.#closing && (await this.#tables.purgeStep()) > 0);
  }
}

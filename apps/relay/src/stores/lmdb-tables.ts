import type { Database, RootDatabase } from 'lmdb'
import { open } from 'lmdb'
import type { Batch, ProducerState, StreamState } from '../state.ts'
import type { Changes } from './changes.ts'
import type { Marks } from './journal-files.ts'
import { idOf, lifeKey, lifeRange, positionOf, producerKey, segmentKey } from './lmdb-keys.ts'
import { packSegments, unpackSegment } from './lmdb-segment.ts'

const PURGE_STEP = 512

/** The tables of a store in LMDB. Every write is durable when it resolves. */
export class LmdbTables {
  readonly #root: RootDatabase<Buffer, Buffer>
  /** By path, as JSON. */
  readonly #heads: Database<string, string>
  readonly #segments: Database<Buffer, Buffer>
  /** By life and id: epoch and sequence number. */
  readonly #producers: Database<string, Buffer>
  /** Lives whose segments and producers are to be removed. */
  readonly #purge: Database<Buffer, Buffer>
  readonly #marks: Database<number, string>

  constructor(path: string, { readOnly = false }: { readonly readOnly?: boolean } = {}) {
    // Without overlapping syncs a commit is durable when it becomes visible, to readers and to us. Batches by
    // event turn hold a promise that nobody can handle when a commit fails; each group is a batch anyway.
    const root = open<Buffer, Buffer>({
      path,
      readOnly,
      maxDbs: 8,
      overlappingSync: false,
      eventTurnBatching: false,
      encoding: 'binary',
      keyEncoding: 'binary',
    })
    const binary = { encoding: 'binary', keyEncoding: 'binary' } as const
    this.#root = root
    this.#heads = root.openDB({ name: 'heads', encoding: 'string' })
    this.#segments = root.openDB({ name: 'segments', ...binary })
    this.#producers = root.openDB({ name: 'producers', encoding: 'string', keyEncoding: 'binary' })
    this.#purge = root.openDB({ name: 'purge', ...binary })
    this.#marks = root.openDB({ name: 'marks', encoding: 'json' })
  }

  /** Of a store that was written before; undefined of an empty one. */
  get marks(): Marks | undefined {
    const applied = this.#marks.get('applied')
    const salt = this.#marks.get('salt')
    return applied === undefined || salt === undefined ? undefined : { applied, salt }
  }

  /** Makes an empty store one that was written before. */
  begin({ applied, salt }: Marks): Promise<void> {
    return this.#commit((hear) => {
      hear(this.#marks.put('applied', applied))
      hear(this.#marks.put('salt', salt))
    })
  }

  state(path: string): StreamState | undefined {
    const text = this.#heads.get(path)
    return text === undefined ? undefined : JSON.parse(text)
  }

  *states(): Generator<readonly [path: string, state: StreamState]> {
    for (const { key, value } of this.#heads.getRange()) yield [key, JSON.parse(value)]
  }

  producer(life: string, id: string): ProducerState | undefined {
    const text = this.#producers.get(producerKey(life, id))
    if (text === undefined) return undefined
    const [epoch, seq] = text.split(' ')
    return { epoch: Number(epoch), seq: Number(seq) }
  }

  *producersOf(life: string): Generator<readonly [id: string, state: ProducerState]> {
    for (const key of this.#producers.getKeys(lifeRange(life))) {
      const id = idOf(key)
      const state = this.producer(life, id)
      if (state) yield [id, state]
    }
  }

  /** Those from the one that begins at `from` on; none when there is no such one. */
  *batchesFrom(life: string, from: number): Generator<Batch> {
    const { start, end } = lifeRange(life)
    const [first] = this.#segments.getKeys({
      start: segmentKey(life, from),
      end: start,
      reverse: true,
      limit: 1,
    })
    if (!first) return
    for (const { key, value } of this.#segments.getRange({ start: first, end })) {
      for (const batch of unpackSegment({ at: positionOf(key), value })) if (batch.at >= from) yield batch
    }
  }

  /** Takes over all of `changes`; the journal is in here up to its frame `applied` then. */
  write(changes: Changes, applied: number): Promise<void> {
    return this.#commit((hear) => {
      for (const [life, batches] of changes.batches) {
        for (const { at, value } of packSegments(batches))
          hear(this.#segments.put(segmentKey(life, at), value))
      }
      for (const [path, state] of changes.states) {
        hear(state ? this.#heads.put(path, JSON.stringify(state)) : this.#heads.remove(path))
      }
      for (const [life, producers] of changes.producers) {
        for (const [id, { epoch, seq }] of producers) {
          hear(this.#producers.put(producerKey(life, id), `${epoch} ${seq}`))
        }
      }
      for (const life of changes.ended) hear(this.#purge.put(lifeKey(life), ENDED))
      hear(this.#marks.put('applied', applied))
    })
  }

  /** Removes a part of what ended lives left behind, in one commit; returns how many keys it were. */
  async purgeStep(): Promise<number> {
    let left = PURGE_STEP
    const removals: (() => Promise<boolean>)[] = []
    for (const life of this.#purge.getKeys({ limit: PURGE_STEP })) {
      for (const table of [this.#segments, this.#producers]) {
        for (const key of table.getKeys({ ...lifeRange(life.toString('latin1')), limit: left })) {
          removals.push(() => table.remove(key))
          left--
        }
      }
      if (left === 0) break
      removals.push(() => this.#purge.remove(life))
      left--
    }
    if (removals.length > 0) {
      await this.#commit((hear) => {
        for (const remove of removals) hear(remove())
      })
    }
    return removals.length
  }

  /** Whether each stream has all its batches up to its tail, and all else can be read. */
  areSound(): boolean {
    for (const [, { incarnation, origin, tail }] of this.states()) {
      let next = origin?.cut ?? 0
      for (const { at, bytes } of this.batchesFrom(incarnation, next)) {
        if (at !== next) return false
        next += bytes.length
      }
      if (next !== tail) return false
    }
    for (const { value } of this.#producers.getRange()) if (!/^\d+ \d+$/.test(value)) return false
    for (const key of this.#purge.getKeys()) if (key.length === 0) return false
    return true
  }

  /**
   * Whether LMDB finds room for a commit, which it does not make: what it knows of its free pages may be
   * damaged. Blocks; for a program that does nothing else.
   */
  tryWrite(): boolean {
    const undo = new Error('only tried')
    let written = false
    try {
      // biome-ignore lint/plugin: nothing else waits in the program that walks a store
      this.#root.transactionSync(() => {
        void this.#marks.put('applied', TRIED)
        written = this.#marks.get('applied') === TRIED
        throw undo
      })
    } catch (error) {
      return written && error === undo
    }
    return false
  }

  counts(): { streams: number; producers: number } {
    return { streams: entries(this.#heads), producers: entries(this.#producers) }
  }

  close(): Promise<void> {
    return this.#root.close()
  }

  /**
   * One commit of all that `write` does. The promises of the single writes tell the same once more; they are
   * heard so that a failure is not one nobody handled.
   */
  async #commit(write: (hear: (written: Promise<boolean>) => void) => void): Promise<void> {
    const written = this.#root.batch(() => write((one) => void one.catch(() => {})))
    await written.catch(rethrowCause)
  }
}

const ENDED = Buffer.from('1')
const TRIED = -1

/** LMDB rejects with a general error that holds a promise of the actual one. */
async function rethrowCause(error: unknown): Promise<never> {
  if (error instanceof Error && 'commitError' in error) await error.commitError
  throw error
}

function entries(table: { getStats(): object }): number {
  const stats = table.getStats()
  return 'entryCount' in stats && typeof stats.entryCount === 'number' ? stats.entryCount : 0
}

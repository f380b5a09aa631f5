import type { Database } from 'lmdb'
import type { Batch, ProducerState, StreamState } from '../state.ts'
import type { Tables } from './apply.ts'
import { batchKey, lifeKey, producerKey } from './lmdb-keys.ts'

export interface LmdbTables {
  /** By path, as JSON. */
  readonly heads: Database<string, string>
  readonly batches: Database<Buffer, Buffer>
  /** By life and id: epoch and sequence number. */
  readonly producers: Database<string, Buffer>
  /** Lives whose batches and producers are to be removed. */
  readonly purge: Database<Buffer, Buffer>
}

/** The writes of one group, gathered over what is committed; `write` hands them to LMDB in one go. */
export class LmdbTransaction implements Tables {
  readonly states: Map<string, StreamState | undefined> = new Map()
  readonly ended: string[] = []
  readonly #db: LmdbTables
  readonly #committed: (path: string) => StreamState | undefined
  #heard: Promise<boolean> | undefined
  readonly #producers = new Map<string, ProducerState>()
  readonly #batches: { incarnation: string; batch: Batch }[] = []

  constructor(db: LmdbTables, committed: (path: string) => StreamState | undefined) {
    this.#db = db
    this.#committed = committed
  }

  get empty(): boolean {
    return this.states.size === 0
  }

  state(path: string): StreamState | undefined {
    return this.states.has(path) ? this.states.get(path) : this.#committed(path)
  }

  putState(path: string, state: StreamState): void {
    this.states.set(path, state)
  }

  dropState(path: string): void {
    this.states.set(path, undefined)
  }

  producer(incarnation: string, id: string): ProducerState | undefined {
    const pending = this.#producers.get(incarnation + id)
    if (pending) return pending
    const text = this.#db.producers.get(producerKey(incarnation, id))
    if (text === undefined) return undefined
    const [epoch, seq] = text.split(' ')
    return { epoch: Number(epoch), seq: Number(seq) }
  }

  putProducer(incarnation: string, id: string, state: ProducerState): void {
    this.#producers.set(incarnation + id, state)
  }

  putBatch(incarnation: string, batch: Batch): void {
    this.#batches.push({ incarnation, batch })
  }

  dropLife(incarnation: string): void {
    this.ended.push(incarnation)
  }

  /**
   * To be called inside the store's batch, whose promise tells when all of this is durable. The promises of
   * the single writes tell the same once more; they are heard so that a failure is not one nobody handled.
   */
  write(): void {
    const { batches, heads, producers, purge } = this.#db
    for (const { incarnation, batch } of this.#batches) {
      this.#hear(batches.put(batchKey(incarnation, batch.at), asBuffer(batch.bytes)))
    }
    for (const [path, state] of this.states) {
      this.#hear(state ? heads.put(path, JSON.stringify(state)) : heads.remove(path))
    }
    for (const [key, { epoch, seq }] of this.#producers) {
      this.#hear(producers.put(Buffer.from(key, 'latin1'), `${epoch} ${seq}`))
    }
    for (const incarnation of this.ended) this.#hear(purge.put(lifeKey(incarnation), ENDED))
  }

  /** LMDB gives one promise to many writes. */
  #hear(written: Promise<boolean>): void {
    if (written === this.#heard) return
    this.#heard = written
    written.catch(() => {})
  }
}

const ENDED = Buffer.from('1')

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

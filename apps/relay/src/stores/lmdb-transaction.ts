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

  /** To be called inside the store's batch; its promise tells when all of this is durable. */
  write(): void {
    const { batches, heads, producers, purge } = this.#db
    for (const { incarnation, batch } of this.#batches) {
      void batches.put(batchKey(incarnation, batch.at), asBuffer(batch.bytes))
    }
    for (const [path, state] of this.states) {
      if (state) void heads.put(path, JSON.stringify(state))
      else void heads.remove(path)
    }
    for (const [key, { epoch, seq }] of this.#producers) {
      void producers.put(Buffer.from(key, 'latin1'), `${epoch} ${seq}`)
    }
    for (const incarnation of this.ended) void purge.put(lifeKey(incarnation), lifeKey('1'))
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

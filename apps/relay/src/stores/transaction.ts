import type { Batch, ProducerState, StreamState } from '../state.ts'
import type { Tables } from './apply.ts'
import { Changes } from './changes.ts'

/** What is committed. */
export type Committed = Pick<Tables, 'state' | 'producer'>

/** The writes of one group over what is committed. */
export class Transaction implements Tables {
  readonly changes: Changes = new Changes()
  readonly #committed: Committed

  constructor(committed: Committed) {
    this.#committed = committed
  }

  state(path: string): StreamState | undefined {
    const { states } = this.changes
    return states.get(path) ?? (states.has(path) ? undefined : this.#committed.state(path))
  }

  putState(path: string, state: StreamState): void {
    this.changes.states.set(path, state)
  }

  dropState(path: string): void {
    this.changes.states.set(path, undefined)
  }

  producer(life: string, id: string): ProducerState | undefined {
    return this.changes.producers.get(life)?.get(id) ?? this.#committed.producer(life, id)
  }

  putProducer(life: string, id: string, state: ProducerState): void {
    this.changes.putProducer(life, id, state)
  }

  putBatch(life: string, batch: Batch): void {
    this.changes.putBatch(life, batch)
  }

  dropLife(life: string): void {
    this.changes.end(life)
  }
}

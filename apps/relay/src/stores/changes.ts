import type { Batch, ProducerState, StreamState } from '../state.ts'
import { firstFrom } from './batches.ts'

/** Producers by id. */
type Producers = Map<string, ProducerState>

/** What one commit, or several one after another, leave different. */
export class Changes {
  /** By path; undefined where the path is free again. */
  readonly states: Map<string, StreamState | undefined> = new Map()
  /** By life; each list in order and without a gap. */
  readonly batches: Map<string, Batch[]> = new Map()
  /** By life. */
  readonly producers: Map<string, Producers> = new Map()
  /** Lives that are over: whatever is kept of them is to be removed. */
  readonly ended: Set<string> = new Set()

  get empty(): boolean {
    return this.states.size === 0
  }

  putBatch(life: string, batch: Batch): void {
    const list = this.batches.get(life)
    if (list) list.push(batch)
    else this.batches.set(life, [batch])
  }

  putProducer(life: string, id: string, state: ProducerState): void {
    const producers = this.producers.get(life)
    if (producers) producers.set(id, state)
    else this.producers.set(life, new Map([[id, state]]))
  }

  end(life: string): void {
    this.batches.delete(life)
    this.producers.delete(life)
    this.ended.add(life)
  }

  /** Takes in what was committed after all of this. */
  add(later: Changes): void {
    for (const [path, state] of later.states) this.states.set(path, state)
    for (const [life, batches] of later.batches) for (const batch of batches) this.putBatch(life, batch)
    for (const [life, producers] of later.producers) {
      for (const [id, state] of producers) this.putProducer(life, id, state)
    }
    for (const life of later.ended) this.end(life)
  }

  /** Whether a batch of `life` begins at `at`. */
  holds(life: string, at: number): boolean {
    const batches = this.batches.get(life)
    return batches !== undefined && indexOf(batches, at) < batches.length
  }

  /** The batches of `life` from the one that begins at `from` on; none when there is no such one here. */
  *batchesFrom(life: string, from: number): Generator<Batch> {
    const batches = this.batches.get(life) ?? []
    for (let i = indexOf(batches, from); i < batches.length; i++) {
      const batch = batches[i]
      if (batch) yield batch
    }
  }
}

/** Of the batch that begins at `from`; past the end when there is none. */
function indexOf(batches: readonly Batch[], from: number): number {
  const first = firstFrom(batches, from)
  return batches[first]?.at === from ? first : batches.length
}

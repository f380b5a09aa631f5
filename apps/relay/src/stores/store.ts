import type { Known, Verdict } from '../command.ts'
import type { StreamState } from '../state.ts'

/** What a commit reads besides the stream at `path`. */
export interface Scope {
  readonly path: string
  /** The path a create branches off from. */
  readonly source?: string | undefined
  /** The producer an append names. */
  readonly producer?: string | undefined
}

/** Whole batches from `from` on, in order, and the position after them. */
export interface Page {
  readonly chunks: readonly Uint8Array[]
  readonly next: number
}

export interface StoreStats {
  readonly streams: number
  readonly producers: number
}

/**
 * Where streams are kept. The port gives atomicity, the rules are in `decide`: a store reads what the scope
 * names, asks, and stores the verdict only if what it read is still so; otherwise it reads and asks again.
 */
export interface Store {
  /** The stream at `path` as last committed. */
  head(path: string): Promise<StreamState | undefined>

  /**
   * Resolves once what `decide` accepted is durable, with its verdict; rejects when nothing was stored.
   * `decide` is pure and may be called several times.
   */
  commit(scope: Scope, decide: (known: Known) => Verdict): Promise<Verdict>

  /**
   * The committed batches of `state`, inherited ones included, from position `from`: at least one when there
   * is one, then as many as fit in `budget` bytes. A batch is never split, save where a fork cut it.
   * Undefined when no batch begins at `from` (and it is not the tail): no such offset was ever issued.
   */
  read(state: StreamState, from: number, budget: number): Promise<Page | undefined>

  /** Starts the sliding window of a stream anew at `now`; may reach the disk later than it returns. */
  touch(path: string, state: StreamState, now: number): void

  /** Calls `wake` after each commit at `path`, until the returned function is called. Carries no data. */
  watch(path: string, wake: () => void): () => void

  /** Removes what is over by itself at `now`. */
  sweep(now: number): Promise<void>

  /** What it holds at the moment. */
  stats(): StoreStats

  /** Resolves when what is under way is durable, and nothing is held any more. */
  close(): Promise<void>
}

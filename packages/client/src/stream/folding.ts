import type { Batch } from './batch.ts'

/** What is left of a stretch of the log from its start. */
export interface Folded {
  /** Items as JSON text, in the order in which they are to be read. */
  readonly items: readonly string[]
  /** The place of each in the stream. */
  readonly places: readonly number[]
  /** What else is to be known of the items that are gone; given back with the last batch of the checkpoint. */
  readonly memo?: Uint8Array
}

/**
 * Makes less of a log's beginning: the client knows no rows, so whoever projects them says what must be left. Read
 * after the rest of the log was appended, what it leaves must come to the same rows as all that it was given.
 */
export interface Folding {
  /** In log order; a checkpoint made before comes first. */
  add(batch: Batch): void
  /** What is left of all that was added. Called once. */
  end(): Folded
}

export type MakeFolding = () => Folding | Promise<Folding>

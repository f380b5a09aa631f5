/** Why an item was set aside. */
export type IssueReason =
  /** Not a State Protocol message: no object, no headers, or neither change nor control. */
  | 'malformed'
  /** A change without a usable `key` (a string that is not blank). */
  | 'key'
  /** No collection or fold for its `type`. One issue stands for all items of the type. */
  | 'unknown-type'
  /** The value is not an object. */
  | 'value'
  /** The schema refuses the value. */
  | 'schema'
  /** The row was kept without the optional fields that the schema refuses. */
  | 'field'
  /** A fold threw, or came before the row it extends. */
  | 'fold'
  /** An earlier item of its key is held. One issue stands for all items that wait for it. */
  | 'held'

/**
 * What an item that is set aside means for those after it. `skip`: nothing. `hold`: later items of its key wait,
 * in `issues`, until the stream is read with another schema. `stop`: the rows stay as they were before it, and the
 * status is `halted`, until then. A `reset` in the stream ends all three.
 */
export type InvalidPolicy = 'skip' | 'hold' | 'stop'

/** An item of the log that did not become a row, or not all of it. */
export interface Issue {
  /**
   * Its key in `db.issues`: the same for the same item on every device, and for all items that one issue stands for.
   */
  readonly id: string
  /** Decide on this; `message` may change. */
  readonly reason: IssueReason
  /** For people. */
  readonly message: string
  /** Place of the item in the stream, from 0; of the first one where the issue stands for several. */
  readonly ordinal: number
  /** The batch that held the item starts here: reading from this offset gives it again. */
  readonly offset: string
  /** As the item says it; of a fold, the type of the collection that it goes into. Absent where the item says none. */
  readonly type?: string
  /** As the item says it, where it does. */
  readonly key?: string
  /** What it means for later items, as its type was declared. */
  readonly policy: InvalidPolicy
  /** The item as it came. */
  readonly raw: unknown
  /** How many items it stands for. */
  readonly count: number
}

import { SyncError } from '../errors.ts'

/** Where an item stands in its write: `"2/3"`. Absent in items of writers that are not ours. */
const PART = 'part'

/** A State Protocol message: a change or a control message, with headers. */
export interface StateItem {
  /** Which collection or fold it is for; none in a control message. */
  readonly type?: string
  /** Which row. */
  readonly key?: string
  /** The row, or what a fold adds to it; none where the row is deleted. */
  readonly value?: unknown
  /** The row as it was, of writers that say so. Nothing here reads it. */
  readonly old_value?: unknown
  /**
   * `operation` (`insert`, `update`, `upsert`, `delete`) or `control`. With the append it is given `txid` and `part`.
   */
  readonly headers: Readonly<Record<string, unknown>>
}

/**
 * The items of one write as they will be sent: JSON, each with the write's `txid` and its place. Throws
 * `invalid-item` for anything that is not an object with `headers`, or that JSON cannot carry.
 */
export function stamp(items: readonly StateItem[], txid: string): string[] {
  if (items.length === 0) throw new SyncError('invalid-argument', 'append needs at least one item')
  return items.map((item, index) => {
    if (!isObject(item) || !isObject(item.headers))
      throw new SyncError('invalid-item', `item ${index} is not a State Protocol message: it has no headers`)
    const place = { [PART]: `${index + 1}/${items.length}` }
    try {
      return JSON.stringify({ ...item, headers: { ...item.headers, ...place, txid } })
    } catch (cause) {
      throw new SyncError('invalid-item', `item ${index} cannot be written as JSON`, { cause })
    }
  })
}

/** The `txid` that all items carry already, if they agree on one. */
export function commonTxid(items: readonly StateItem[]): string | undefined {
  const ids = new Set(items.map(txidOf))
  const [only] = ids
  return ids.size === 1 ? only : undefined
}

function txidOf(item: unknown): string | undefined {
  const txid = headersOf(item)?.txid
  return typeof txid === 'string' && txid !== '' ? txid : undefined
}

/**
 * The writes of which `items` holds the last item. A relay stores a write's items in order, so the last one
 * says that all of them are in the log, also where a read cuts the write in two.
 */
export function echoesOf(items: readonly unknown[]): string[] {
  const echoes: string[] = []
  for (const item of items) {
    const txid = txidOf(item)
    if (txid !== undefined && isLast(headersOf(item)?.[PART])) echoes.push(txid)
  }
  return echoes
}

/** The items that say nothing of a write. */
export function unsigned(items: readonly unknown[]): StateItem[] {
  return items.filter((item) => headersOf(item) !== undefined && txidOf(item) === undefined) as StateItem[]
}

function isLast(part: unknown): boolean {
  if (typeof part !== 'string') return true
  const [place, size] = part.split('/')
  return place === size
}

function headersOf(item: unknown): Record<string, unknown> | undefined {
  if (!isObject(item)) return undefined
  return isObject(item.headers) ? item.headers : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

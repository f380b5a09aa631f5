/** A row as the collections hold it: what the schema put out, its key, and `_seq`. */
export type Row = Readonly<Record<string, unknown>>

/** Whether a row can be found by it (S0-24). */
export function isKey(key: unknown): key is string {
  return typeof key === 'string' && key.trim() !== ''
}

/** The field that holds a row's place in the order of arrival. */
export const SEQ = '_seq'

/** Rows that the log does not hold yet come after all others, in the order they were written. */
const PENDING_SEQ = 2 ** 52

/** Places for rows that are pending: `next()` gives the following one. */
export function pendingPlaces(): () => number {
  let place = PENDING_SEQ
  return () => place++
}

/**
 * Where a row stands in the order of arrival: the place of its first item in the stream (from 0), the same on
 * every device and after every reload. Pending rows come last, in the order they were written. Works on rows and,
 * in `orderBy`, on the references of a query.
 */
export function arrival(row: object): number {
  return (row as { readonly _seq: number })._seq
}

/** The row without what is not part of its value: its place, and TanStack's virtual `$` fields. */
export function contentOf(row: object): Record<string, unknown> {
  const value: Record<string, unknown> = {}
  for (const [name, field] of Object.entries(row)) {
    if (name !== SEQ && !VIRTUAL.has(name)) value[name] = field
  }
  return value
}

const VIRTUAL = new Set(['$synced', '$origin', '$key', '$collectionId', '$hasPendingWrites'])

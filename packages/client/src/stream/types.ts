import { SyncError } from '../errors.ts'
import type { Batch } from './batch.ts'

/** Throws `invalid-argument` unless `types` is undefined or an array of strings; null is a mistake, not "none". */
export function checkTypes(types: unknown): void {
  if (types === undefined) return
  if (Array.isArray(types) && types.every((type) => typeof type === 'string')) return
  throw new SyncError('invalid-argument', 'types must be an array of strings')
}

/** One filter for replay and live (S3-9). A batch of which nothing is wanted is null, unless it is a reset. */
export function onlyTypes(types: readonly string[] | undefined): (batch: Batch) => Batch | null {
  if (types === undefined) return (batch) => batch
  const wanted = new Set<unknown>(types)
  return (batch) => {
    const items = batch.items.filter((item) => wanted.has((item as { type?: unknown } | null)?.type))
    return items.length > 0 || batch.reset ? { ...batch, items } : null
  }
}

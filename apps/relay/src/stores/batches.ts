import type { Batch } from '../state.ts'

/** Index of the first batch, of those in order, that begins at `from` or later; their number where there is none. */
export function firstFrom(batches: readonly Batch[], from: number): number {
  let low = 0
  let high = batches.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((batches[middle]?.at ?? 0) < from) low = middle + 1
    else high = middle
  }
  return low
}

import { parseItems } from '../http/page.ts'
import type { Segment } from '../log/segment.ts'
import { OFFSET_START } from '../protocol/index.ts'
import type { Batch } from './batch.ts'

/** Items handed over at a time while the log is read: few enough to leave input its turn in between. */
const STEP = 500

/** The items of a segment from ordinal `from` on and before `until`, in steps. Of a checkpoint it is always all. */
export function* batchesOf(
  { n, from: start, to, count, bytes, places, memo }: Segment,
  from: number,
  until: number,
  source: Batch['source'],
): Generator<Batch> {
  const all = parseItems(bytes)
  const end = Math.min(all.length, places ? all.length : until - n)
  let at = places ? 0 : Math.max(0, from - n)
  do {
    const next = Math.min(at + STEP, end)
    yield {
      items: all.slice(at, next),
      first: n + at,
      ...(places && { places: places.subarray(at, next) }),
      ...(memo && next === end && { memo }),
      end: places && next === end ? n + count : n + next,
      from: start,
      to: next < end ? start : to,
      source,
      upToDate: false,
      reset: false,
    }
    at = next
  } while (at < end)
}

/** A batch as steps, each of which is as true as the whole: where it ends is told with the last. */
export function* stepsOf(batch: Batch): Generator<Batch> {
  const { items, first, from, end, to, upToDate } = batch
  let at = 0
  do {
    const next = Math.min(at + STEP, items.length)
    const last = next === items.length
    const reach = last ? { end, to, upToDate } : { end: first + next, to: from, upToDate: false }
    yield { ...batch, items: items.slice(at, next), first: first + at, ...reach }
    at = next
  } while (at < items.length)
}

export function emptyBatch(source: Batch['source']): Batch {
  const nowhere = { first: 0, end: 0, from: OFFSET_START, to: OFFSET_START }
  return { items: [], ...nowhere, source, upToDate: false, reset: false }
}

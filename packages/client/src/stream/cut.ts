import { parseItems } from '../http/page.ts'
import { type Items, unpacked } from '../log/packed/unpack.ts'
import type { Segment } from '../log/segment.ts'
import { OFFSET_START } from '../protocol/index.ts'
import type { Batch } from './batch.ts'

/** Items handed over at a time while the log is read: few enough to leave input its turn in between. */
const STEP = 500

export interface Cut {
  /** Ordinals: what lies before is left out, as is what lies after; of a checkpoint it is always all. */
  readonly from: number
  readonly until: number
  readonly source: Batch['source']
  /** The relay had no more than this when it was read. */
  readonly upToDate?: boolean
}

/** The items of a segment, in steps, each read when it is asked for. */
export function* batchesOf(
  segment: Segment,
  { from, until, source, upToDate = false }: Cut,
): Generator<Batch> {
  const { n, from: start, to, count, places, memo } = segment
  const items = itemsOf(segment)
  const end = places ? items.length : Math.min(items.length, until - n)
  let at = places ? 0 : Math.max(0, from - n)
  items.take(at)
  do {
    const next = Math.min(at + STEP, end)
    yield {
      items: items.take(next - at),
      first: n + at,
      ...(places && { places: places.subarray(at, next) }),
      ...(memo && next === end && { memo }),
      end: places && next === end ? n + count : n + next,
      from: start,
      to: next < end ? start : to,
      source,
      upToDate: upToDate && next === end,
      reset: false,
    }
    at = next
  } while (at < end)
}

function itemsOf({ bytes, packed }: Segment): Items {
  if (packed) return unpacked(bytes)
  const items = parseItems(bytes)
  let at = 0
  return {
    length: items.length,
    take(count) {
      at += count
      return items.slice(at - count, at)
    },
  }
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

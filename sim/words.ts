import { stamp } from '../packages/client/src/outbox/echo.ts'

/**
 * Every item is a multiple of this many bytes long in the relay's log, and what a relay that was set back is written first
 * is a few bytes over. So offsets that it issues anew are none that it issued before: a reader could not tell those
 * apart, which is why a restored backup is to begin another life.
 */
const GRID = 64

/** The items of one write. */
export function messages(txid: string, count: number, type: string) {
  const items = Array.from({ length: count }, (_, index) => ({
    type,
    key: `${txid}.${index}`,
    value: { text: txid, pad: '' },
    headers: { operation: 'insert' },
  }))
  for (const [index, text] of stamp(items, txid).entries()) {
    const item = items[index]
    if (item) item.value.pad = '.'.repeat(missing(text.length + 1))
  }
  return items
}

/** What the relay is written first after it was set back the `n`th time, to `tail`: offsets are `n` over from then on. */
export function mark(n: number, tail: number) {
  const headers = { operation: 'insert', txid: `mark-${n}` }
  const item = { type: 'mark', key: `mark-${n}`, value: { pad: '' }, headers }
  item.value.pad = '.'.repeat(missing(tail + JSON.stringify(item).length + 1 - n))
  return item
}

/** Bytes up to the next multiple. */
function missing(length: number): number {
  return (GRID - (length % GRID)) % GRID
}

import type { StreamHandle } from './handle.ts'
import { type FixtureBatch, writeFixture } from './protocol/index.ts'

/**
 * What this device holds of a stream, as the text of a `.strand.json`: to attach to a report, to load into a story,
 * a mock or a test. Needs no network; the outbox is not part of it.
 */
export function exportFixture(handle: Pick<StreamHandle, 'observe'>): Promise<string> {
  return new Promise((resolve) => {
    let batches: FixtureBatch[] = []
    let end = 0
    const over = new AbortController()
    handle.observe(
      ({ batch, replayed }) => {
        if (batch?.reset) {
          batches = []
          end = 0
        }
        if (batch && batch.items.length > 0) {
          const { to, items, first, places } = batch
          const isWhole = first === end && !places
          const all = isWhole ? undefined : items.map((_, n) => places?.[n] ?? first + n)
          batches.push({ to, items, ...(all && { places: all }) })
          end = (all?.at(-1) ?? end + items.length - 1) + 1
        }
        if (!replayed || over.signal.aborted) return
        over.abort()
        resolve(writeFixture({ batches }))
      },
      { signal: over.signal },
    )
  })
}

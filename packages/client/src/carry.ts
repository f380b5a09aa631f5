import type { Locks } from './leader.ts'
import type { Log } from './log/log.ts'
import { sealed } from './log/segment.ts'
import { storedOutbox } from './outbox/stored.ts'
import { OLDER_FORMATS, olderName, removeDatabase } from './store/database.ts'
import { type Older, type OlderStream, openOlder } from './store/older.ts'
import { existing, type Store } from './store/store.ts'

/** Segments read at a time. */
const SLICE = 32

interface Target {
  readonly store: Store
  readonly log: Log
}

/**
 * Brings what databases of older formats hold into this one, and removes them. A stream that a tab of an
 * older build has open stays with that tab, which sends it by itself; it is looked at again with the next start.
 */
export async function carryOver(database: string, target: Target, locks: Locks | undefined): Promise<void> {
  for (const format of OLDER_FORMATS) {
    const name = olderName(database, format)
    const older = await openOlder(name)
    if (!older) continue
    try {
      let left = false
      for (const id of await older.streams()) {
        // The name of the lock under which an older build leads this stream.
        const moved = await whenFree(locks, `strandline:${name}:${id}`, () => move(older, format, id, target))
        left ||= !moved
      }
      // Tabs that do not lead write too.
      const done = !left && (await older.empty())
      older.close()
      if (done) await removeDatabase(name)
    } finally {
      older.close()
    }
  }
}

async function whenFree(locks: Locks | undefined, name: string, work: () => Promise<void>): Promise<boolean> {
  if (!locks) {
    await work()
    return true
  }
  return locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await work()
    return lock !== null
  })
}

/** This database holds all that the older one knew of the stream. */
async function move(older: Older, format: number, id: string, { store, log }: Target): Promise<void> {
  const found = await older.look(id)
  if (!found) return
  const { record, entries, producer } = found
  const mine = await log.open(id, record.url)
  if (mine.count === 0) await moveLog(older, found, { store, log })
  const newest = entries.at(-1)
  if (!newest && !record.carried) return
  // The entries are here, and noted as carried, with one transaction; only then they go from there, so each is carried
  // once, whatever breaks in between. The producer comes along with its claim: what was sent without an answer is sent
  // again as the same claim, byte for byte.
  await storedOutbox(store).adopt(id, entries, producer, { format, carried: record.carried })
  if (newest) await older.forget(id, newest.n)
}

async function moveLog(older: Older, found: OlderStream, { store, log }: Target): Promise<void> {
  const { id, head, count, incarnation, caughtUp, closed, folded = 0 } = found.record
  if (folded > 0 && !(await takeCheckpoint(older, found, store))) return
  const arrived = { echoes: [], incarnation, upToDate: false, closed: false }
  for (let n = folded; n < count; ) {
    const segments = await older.segments(id, n, count, SLICE)
    if (segments[0]?.n !== n) return
    for (const { from, to, count: covered, bytes } of segments) {
      await log.append(id, { from, to, count: covered, bytes, ...arrived })
      n += covered
    }
  }
  const end = { from: head, to: head, count: 0, bytes: new Uint8Array(), echoes: [], incarnation }
  if (caughtUp) await log.append(id, { ...end, upToDate: true, closed })
}

/** The beginning of a log that is still empty: a checkpoint is one, and comes as one. False where it is not whole. */
async function takeCheckpoint(older: Older, { record }: OlderStream, store: Store): Promise<boolean> {
  const { id, incarnation, folded = 0 } = record
  const segments = await older.segments(id, 0, folded)
  const last = segments.at(-1)
  if (!last || segments[0]?.n !== 0 || last.n + last.count !== folded) return false
  return store.run('relaxed', async (tx) => {
    const mine = await existing(tx, id)
    if (mine.count > 0 || (mine.incarnation !== null && mine.incarnation !== incarnation)) return false
    for (const { n, from, to, count, bytes, places, memo } of segments) {
      const rest = { ...(places && { places }), ...(memo && { memo }) }
      tx.put('segments', id, sealed({ n, from, to, count, bytes, ...rest }))
    }
    const bytes = segments.reduce((sum, segment) => sum + segment.bytes.byteLength, 0)
    tx.put('streams', id, { ...mine, incarnation, head: last.to, count: folded, folded, bytes })
    return true
  })
}

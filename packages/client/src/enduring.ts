import { type Effects, sleep as wait } from './effects.ts'
import { SyncError } from './errors.ts'
import { storedLog } from './log/stored.ts'
import { storedOutbox } from './outbox/stored.ts'
import { type Readable, writable } from './readable.ts'
import { memoryStore } from './store/memory.ts'
import type { Disk, Store } from './store/store.ts'

/** Milliseconds between two looks at a disk that failed. */
const LOOK = 30_000

/** A store that may change under those who use it. */
export interface EnduringStore extends Store {
  readonly moved: Readable<number>
}

/**
 * The disk as long as it can be read, else memory, until it can be read again: then what waits in the outbox goes
 * there, and the log is the disk's. Either way a record is found that was born elsewhere, or none; whoever follows a
 * stream brings back what it knows to be waiting (`Outbox.adopt`).
 */
export function enduring(disk: Disk, now: () => number, sleep: Effects['sleep'] = wait): EnduringStore {
  const life = new AbortController()
  const moved = writable(0)
  let current: Store = disk

  const move = (next: Store) => {
    current = next
    moved.set(moved.get() + 1)
  }

  const comeAshore = async () => {
    await disk.ready()
    const from = storedOutbox(current)
    const to = storedOutbox(disk)
    for (const { id, url } of await storedLog(current, now).all()) {
      const { entries, producer } = await from.list(id)
      if (entries.length === 0) continue
      await storedLog(disk, now).open(id, url)
      await to.adopt(id, entries, producer, 'lost')
    }
    move(disk)
  }

  /** A look may take as long as another tab keeps the database from opening. */
  const lookOut = async () => {
    while (!life.signal.aborted && current !== disk) {
      await comeAshore().catch(() => sleep(LOOK, life.signal))
    }
  }

  return {
    get kind() {
      return current.kind
    },
    moved,
    async run(mode, body) {
      const asked = current
      try {
        return await asked.run(mode, body)
      } catch (error) {
        if (asked !== disk || !(error instanceof SyncError) || error.code !== 'storage') throw error
        // What failed by itself says nothing of the disk.
        const works = await disk
          .run('readonly', (tx) => tx.get('streams', ''))
          .then(
            () => true,
            () => false,
          )
        if (works) throw error
        if (current === disk) {
          move(memoryStore())
          void lookOut()
        }
        return current.run(mode, body)
      }
    },
    close() {
      life.abort()
      disk.close()
    },
    async destroy() {
      life.abort()
      if (current !== disk) await disk.destroy().catch(() => undefined)
      await current.destroy()
    },
  }
}

import { SyncError } from './errors.ts'
import { afloatLog } from './log/afloat.ts'
import type { Storage } from './storage.ts'

export interface RoomyStorage extends Storage {
  /** Evicts logs that nobody here has open until all of them take `budget` bytes at most. */
  trim(budget: number): Promise<void>
}

/**
 * Room on the disk: logs that nobody here has open go first, the one opened longest ago before the others; they are
 * a cache of the relay. The outbox never does.
 */
export function roomy(storage: Storage, inUse: (id: string) => boolean): RoomyStorage {
  const { log: disk, outbox: entries } = storage

  const coldest = async () => {
    const cold = (await disk.all()).filter(({ id, bytes }) => bytes > 0 && !inUse(id))
    return cold.sort((a, b) => a.lastUsed - b.lastUsed)
  }

  const makeRoom = async (): Promise<boolean> => {
    const [stream] = await coldest()
    if (!stream) return false
    await disk.evict(stream.id, stream.life)
    return true
  }

  const log = afloatLog(disk, entries, makeRoom)
  return {
    get kind() {
      return log.afloat ? 'memory' : storage.kind
    },
    log,
    outbox: {
      ...entries,
      async add(id, writes) {
        for (;;) {
          try {
            return await entries.add(id, writes)
          } catch (error) {
            if (!(error instanceof SyncError) || error.code !== 'quota' || !(await makeRoom())) throw error
          }
        }
      },
    },
    async trim(budget) {
      let total = (await disk.all()).reduce((sum, { bytes }) => sum + bytes, 0)
      for (const { id, life, bytes } of await coldest()) {
        if (total <= budget) return
        await disk.evict(id, life)
        total -= bytes
      }
    },
    close: () => storage.close(),
    destroy: () => storage.destroy(),
  }
}

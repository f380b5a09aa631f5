import { SyncError } from './errors.ts'
import type { Afloat } from './log/afloat.ts'
import type { Log } from './log/log.ts'
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
  const { log: disk, outbox } = storage
  let afloat: Afloat | undefined

  const coldest = async () => {
    const cold = (await disk.all()).filter(({ id, bytes }) => bytes > 0 && !inUse(id))
    return cold.sort((a, b) => a.lastUsed - b.lastUsed)
  }

  /** Undefined where there is no room, and none can be made. */
  const fitted = async <T>(write: () => Promise<T>): Promise<T | undefined> => {
    for (;;) {
      try {
        return await write()
      } catch (error) {
        if (!(error instanceof SyncError) || error.code !== 'quota') throw error
        const [stream] = await coldest()
        if (!stream) return undefined
        await disk.evict(stream.id, stream.life)
      }
    }
  }

  /**
   * What goes on in memory is loaded when the disk is full for the first time. Something has just arrived then, so
   * there is a network to load it from; where that fails, the arrival does, and is asked for again.
   */
  const log: Log = {
    ...disk,
    async append(id, arrival) {
      const result = await fitted(() => disk.append(id, arrival))
      if (result) return result
      const { afloatLog } = await import('./log/afloat.ts')
      afloat ??= afloatLog(disk, outbox, fitted)
      Object.assign(log, afloat.log)
      return log.append(id, arrival)
    },
  }

  return {
    get kind() {
      return afloat?.loaded() ? 'memory' : storage.kind
    },
    moved: storage.moved,
    log,
    outbox: {
      ...outbox,
      async add(...args) {
        const added = await fitted(() => outbox.add(...args))
        if (!added) throw new SyncError('quota', 'the disk is full')
        return added
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
    close: storage.close,
    destroy: storage.destroy,
  }
}

import type { Client } from '../packages/client/src/client.ts'
import type { StreamHandle } from '../packages/client/src/handle.ts'
import { type MemoryDatabase, memoryDatabase } from '../packages/client/src/store/memory.ts'
import type { Item } from './host.ts'
import { channelService, type Life, lockService, type Surroundings } from './tabs.ts'

/** One tab of one device: the real client over a simulated browser. */
export interface Tab {
  readonly name: string
  readonly life: Life
  readonly client: Client
  readonly handle: StreamHandle
  /** What its observer has been given, in order. */
  items: Item[]
}

/** A browser profile: one store, and what its tabs share. */
export interface Device {
  readonly name: string
  readonly db: MemoryDatabase
  readonly locks: ReturnType<typeof lockService>
  readonly channels: ReturnType<typeof channelService>
  tabs: Tab[]
  /** All that was done so far outlives the power: a strict commit takes the relaxed ones before it along. */
  flush(): void
  /** The store is what it was when it was flushed last. */
  losePower(): void
}

/** A new profile, empty or with a copy of what another one holds: as when a disk image is restored elsewhere. */
export function createDevice(name: string, parts: Surroundings, original?: Device): Device {
  const db = memoryDatabase()
  for (const [id, stream] of original?.db.streams ?? []) db.streams.set(id, structuredClone(stream))
  // What a stream holds is replaced and never changed.
  let flushed = new Map(db.streams)
  return {
    name,
    db,
    locks: lockService(),
    channels: channelService(parts),
    tabs: [],
    flush() {
      flushed = new Map(db.streams)
    },
    losePower() {
      db.streams.clear()
      for (const [id, stream] of flushed) db.streams.set(id, stream)
    },
  }
}

import { createMockRelay } from '@strandline/relay/msw'
import { storageOver } from '../../../packages/client/src/storage.ts'
import { memoryStore } from '../../../packages/client/src/store/memory.ts'
import type { Place } from '../run.ts'
import { assembleWorld } from './assemble.ts'
import { inProcessDevice, switchedPresence } from './in-process.ts'
import { virtualTime } from './time.ts'

/** The fetch core in this process, the device's store in memory, virtual time. */
export function corePlace(): Place {
  return {
    world(scenario) {
      const time = virtualTime()
      const relay = createMockRelay({ baseUrl: 'http://relay.test', now: time.now })
      const storage = storageOver(memoryStore(), time.now)
      const presence = switchedPresence()
      const openStorage = async () => ({ ...storage, kind: 'indexeddb' as const })
      const device = inProcessDevice({
        time,
        url: relay.url('room'),
        fetch: relay.fetch,
        presence,
        openStorage,
      })
      return assembleWorld(
        { time, relay, path: 'room', device, tell: presence.turn, end: relay.close },
        scenario,
      )
    },
  }
}

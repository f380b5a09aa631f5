import { createMockRelay } from '@strandline/relay/msw'
import { memoryLog } from '../../../packages/client/src/log/memory.ts'
import { memoryDatabase } from '../../../packages/client/src/memory.ts'
import { memoryOutbox } from '../../../packages/client/src/outbox/memory.ts'
import { unsentOf } from '../../../packages/client/src/storage.ts'
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
      const db = memoryDatabase()
      const log = memoryLog(db, time.now)
      const outbox = memoryOutbox(db)
      const presence = switchedPresence()
      const openStorage = async () => ({
        kind: 'indexeddb' as const,
        log,
        outbox,
        close() {},
        async destroy() {
          const unsent = await unsentOf(log, outbox)
          db.streams.clear()
          return unsent
        },
      })
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

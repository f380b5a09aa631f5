import 'fake-indexeddb/auto'
import { createMockRelay } from '@strandline/relay/msw'
import { setupServer } from 'msw/node'
import { browserPresence } from '../../../packages/client/src/presence.ts'
import { openStorage } from '../../../packages/client/src/storage.ts'
import type { Place } from '../run.ts'
import { assembleWorld } from './assemble.ts'
import { inProcessDevice } from './in-process.ts'
import { virtualTime } from './time.ts'

/** The mock behind MSW under a page that is made up, the device's store in fake IndexedDB, virtual time. */
export function mswPlace(): Place {
  const server = setupServer()
  server.listen({ onUnhandledRequest: 'error' })
  let worlds = 0
  return {
    world(scenario) {
      const time = virtualTime()
      const database = `msw-${++worlds}`
      const relay = createMockRelay({ baseUrl: 'http://relay.test', now: time.now })
      server.resetHandlers(...relay.handlers)
      const device = inProcessDevice({
        time,
        url: relay.url('room'),
        fetch: (input, init) => globalThis.fetch(input, init),
        presence: browserPresence(),
        openStorage: () => openStorage('indexeddb', database, time.now),
      })
      const end = async () => {
        relay.online()
        await relay.close()
      }
      return assembleWorld({ time, relay, path: 'room', device, end }, scenario)
    },
    async end() {
      server.close()
    },
  }
}

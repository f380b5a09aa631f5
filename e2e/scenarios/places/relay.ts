import 'fake-indexeddb/auto'
import { openStorage } from '../../../packages/client/src/storage.ts'
import type { Place } from '../run.ts'
import { assembleWorld } from './assemble.ts'
import { SPEED } from './hurried.ts'
import { inProcessDevice, switchedPresence } from './in-process.ts'
import { spawnRelay } from './spawned.ts'
import { hurriedTime } from './time.ts'

/** The built relay in a process of its own behind a proxy, real HTTP, the device's store in fake IndexedDB. */
export function relayPlace(): Place {
  const spawning = spawnRelay()
  let worlds = 0
  return {
    async world(scenario) {
      const time = hurriedTime()
      const path = `room-${++worlds}`
      const { relay, end } = await (await spawning).front()
      const presence = switchedPresence()
      const device = inProcessDevice({
        time,
        url: relay.url(path),
        fetch,
        presence,
        openStorage: () => openStorage('indexeddb', path, time.now),
        timers: (ms) => ms / SPEED,
      })
      return assembleWorld({ time, relay, path, device, tell: presence.turn, end }, scenario)
    },
    end: async () => (await spawning).end(),
  }
}

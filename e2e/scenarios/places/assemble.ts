import type { Scenario, ScenarioRelay, Tab, World } from '../world.ts'
import type { Time } from './time.ts'

export interface WorldParts {
  readonly time: Time
  readonly relay: ScenarioRelay
  readonly path: string
  readonly device: { tab(types?: readonly string[]): Promise<Tab>; end(): Promise<void> }
  /** Tells the pages that they lost or found their network, where the relay's host does not. */
  readonly tell?: (online: boolean) => unknown
  readonly end: () => Promise<void>
}

/** Milliseconds of the clients' time after which what should come is late. */
const LATE = 150_000

/** A world out of its parts, the stream made where the scenario wants one. */
export async function assembleWorld(parts: WorldParts, { exists }: Scenario): Promise<World> {
  const { time, relay, path, device, tell = () => undefined } = parts
  if (exists) await relay.append(path, [])
  return {
    path,
    relay: {
      ...relay,
      offline() {
        const fault = relay.offline()
        tell(false)
        return fault
      },
      online() {
        relay.online()
        tell(true)
      },
    },
    tab: device.tab,
    now: time.now,
    pass: time.pass,
    aWhile: () => time.pass(time.aWhile),
    async until(holds) {
      const began = time.now()
      while (!(await holds())) {
        if (time.now() - began > LATE) throw new Error(`not within ${LATE} ms: ${holds}`)
        await time.moment()
      }
    },
    async end() {
      await device.end()
      await parts.end()
      await time.end()
    },
  }
}

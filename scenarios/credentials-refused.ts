import { expect } from 'vitest'
import { live, logged, note, quiet, sent, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'credentials that are refused wait for a person: nothing is dropped, no loop (S2-32)',
  async (world) => {
    const tab = await live(world)
    world.relay.refuseCredentials()
    world.relay.dropTails()
    await tab.write([note('kept')])
    await world.until(async () => (await stateOf(tab)) === 'unauthorized')
    await quiet(world)
    world.relay.acceptCredentials()
    await tab.retry()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['kept'])
  },
)

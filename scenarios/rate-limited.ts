import { expect } from 'vitest'
import { live, logged, note, sent, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'Retry-After is kept to, by who writes, in order, and by who reads (S4-27)',
  async (world) => {
    const tab = await live(world)
    const limited = world.relay.failNext({ status: 429, method: 'POST', retryAfter: 7 })
    const refused = limited.happened.then(() => world.now())
    await tab.write([note('a')])
    await refused
    await tab.write([note('b')])
    await sent(world, tab)
    expect(world.now() - (await refused)).toBeGreaterThanOrEqual(6_900)
    expect(await logged(world)).toEqual(['a', 'b'])

    const unread = world.relay.failNext({ status: 429, method: 'GET', retryAfter: 7 })
    const off = unread.happened.then(() => world.now())
    world.relay.dropTails()
    await off
    await world.until(async () => (await stateOf(tab)) === 'live')
    expect(world.now() - (await off)).toBeGreaterThanOrEqual(6_900)
  },
)

import { expect } from 'vitest'
import { live, logged, note, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'one tab leads: one tail for all; what one writes the other shows (G2, S4-16)',
  async (world) => {
    const one = await live(world)
    const two = await live(world)
    await world.pass(1_000)
    expect(world.relay.requests.filter((request) => request.live !== undefined)).toHaveLength(1)
    expect([(await one.status()).leader, (await two.status()).leader]).toEqual([true, false])
    await two.write([note('from two')])
    await sees(world, one, ['from two'])
    await sees(world, two, ['from two'])
    await sent(world, two)
    expect(await logged(world)).toEqual(['from two'])
  },
)

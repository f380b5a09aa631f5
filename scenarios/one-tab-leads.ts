import { expect } from 'vitest'
import { live, logged, note, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'one tab leads: one tail for all; what one writes the other shows (G2, S4-16)',
  async (world) => {
    const one = await live(world)
    const two = await live(world)
    await world.pass(1_000)
    // One leads, whichever: a machine that stands still for long makes the other one take over.
    await world.until(async () => (await one.status()).leader !== (await two.status()).leader)
    await world.until(() => world.relay.open().filter(({ live }) => live !== undefined).length === 1)
    await two.write([note('from two')])
    await sees(world, one, ['from two'])
    await sees(world, two, ['from two'])
    await sent(world, two)
    expect(await logged(world)).toEqual(['from two'])
  },
)

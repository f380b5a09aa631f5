import { expect } from 'vitest'
import { live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'an append that fails is sent again before the next one: log order is the order of writing (S1-4, S1-42)',
  async (world) => {
    const tab = await live(world)
    world.relay.failNext({ status: 500, method: 'POST' })
    await tab.write([note('a')])
    await tab.write([note('b')])
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'b'])
  },
)

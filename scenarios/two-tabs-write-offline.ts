import { expect } from 'vitest'
import { live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'two tabs write offline: all of it goes out, once each, in the order in which it was saved (S1-3)',
  async (world) => {
    const one = await live(world)
    const two = await live(world)
    world.relay.offline()
    for (const [tab, key] of [
      [one, 'a'],
      [two, 'b'],
      [one, 'c'],
      [two, 'd'],
    ] as const)
      await tab.write([note(key)])
    world.relay.online()
    await sent(world, one)
    await sent(world, two)
    expect(await logged(world)).toEqual(['a', 'b', 'c', 'd'])
  },
)

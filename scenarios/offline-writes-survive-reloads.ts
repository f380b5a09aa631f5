import { expect } from 'vitest'
import { live, logged, note, sent, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'three writes made offline are there after two reloads, and go out once each, in order (S1-5, X3)',
  async (world) => {
    const tab = await live(world)
    world.relay.offline()
    for (const key of ['a', 'b', 'c']) await tab.write([note(key)])
    for (let n = 0; n < 2; n++) {
      await tab.reload()
      await world.until(async () => (await states(tab)).length === 3)
    }
    await world.aWhile()
    expect(await states(tab)).toEqual(['saved', 'saved', 'saved'])
    world.relay.online()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'b', 'c'])
  },
)

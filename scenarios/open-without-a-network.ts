import { expect } from 'vitest'
import { live, logged, note, others, sees, sent, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'with no network a page opens with its rows, takes a write, and sends it later (G5, S4-19)',
  async (world) => {
    await others(world, 'a', 'b')
    const tab = await live(world)
    await sees(world, tab, ['a', 'b'])
    world.relay.offline()
    await tab.reload()
    await sees(world, tab, ['a', 'b'])
    await world.until(async () => (await tab.status()).synced)
    await tab.write([note('mine')])
    expect(await states(tab)).toEqual(['saved'])
    world.relay.online()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'b', 'mine'])
  },
)

import { live, note, others, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'answers that arrive byte by byte, letters in pieces, are read as they were written (S1-9)',
  async (world) => {
    await others(world, '潮')
    world.relay.trickle(1)
    const tab = await live(world)
    await sees(world, tab, ['潮'])
    await others(world, 'é🌊')
    await tab.write([note('ملح')])
    await sent(world, tab)
    await sees(world, tab, ['潮', 'é🌊', 'ملح'])
  },
)

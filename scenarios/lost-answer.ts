import { expect } from 'vitest'
import { live, logged, note, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a lost answer is found out: the write is in the log once, whatever was sent again (X4, S2-2)',
  async (world) => {
    const tab = await live(world)
    const lost = world.relay.dropNextAck()
    await tab.write([note('once')])
    await lost.happened
    await sent(world, tab)
    expect(await logged(world)).toEqual(['once'])
    await sees(world, tab, ['once'])
  },
)

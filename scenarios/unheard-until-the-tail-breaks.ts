import { expect } from 'vitest'
import { asked, live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'answer and tail lost together: the log is read first, and says that nothing is to be sent again (S1-43)',
  async (world) => {
    const tab = await live(world)
    const muted = world.relay.muteTails()
    world.relay.dropTails()
    await muted.happened
    const lost = world.relay.dropNextAck()
    await tab.write([note('once')])
    await lost.happened
    await sent(world, tab)
    expect(await logged(world)).toEqual(['once'])
    expect(asked(world, 'POST')).toBe(1)
  },
)

import { expect } from 'vitest'
import { live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'answer and tail lost together: the same bytes again, and the relay knows them (S2-5, S1-43)',
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
    const tags = world.relay.requests
      .filter(({ method }) => method === 'POST')
      .map(({ producer }) => producer)
    for (const tag of tags) expect(tag).toEqual(tags[0])
  },
)

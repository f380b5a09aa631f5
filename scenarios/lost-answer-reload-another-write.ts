import { expect } from 'vitest'
import { live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a lost answer, a reload, another write: each is in the log once (X4)',
  async (world) => {
    const tab = await live(world)
    const lost = world.relay.dropNextAck()
    await tab.write([note('one')])
    await lost.happened
    world.relay.offline()
    await tab.reload()
    await tab.write([note('two')])
    world.relay.online()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['one', 'two'])
  },
)

import { expect } from 'vitest'
import { live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a relay that forgot who wrote: what it took is not sent again, what follows goes on in a new epoch (rule 8)',
  async (world) => {
    const tab = await live(world)
    await tab.write([note('one')])
    await sent(world, tab)
    const lost = world.relay.dropNextAck()
    await tab.write([note('two')])
    await lost.happened
    world.relay.forgetProducers(world.path)
    await sent(world, tab)
    await tab.write([note('three')])
    await sent(world, tab)
    await tab.write([note('four')])
    await sent(world, tab)
    expect(await logged(world)).toEqual(['one', 'two', 'three', 'four'])
    const tries = world.relay.requests.filter(({ method }) => method === 'POST')
    expect(tries.map(({ producer, status }) => [producer?.epoch, producer?.seq, status])).toEqual([
      [0, 0, 200],
      [0, 1, undefined],
      [0, 1, 409],
      [1, 0, 200],
      [1, 1, 200],
    ])
  },
)

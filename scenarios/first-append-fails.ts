import { expect } from 'vitest'
import { asked, live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'an append that fails is sent again before the next one: log order is the order of writing (S1-4, S1-42)',
  async (world) => {
    const tab = await live(world)
    const failing = world.relay.failNext({ status: 500, method: 'POST', times: Number.POSITIVE_INFINITY })
    await tab.write([note('a')])
    // Written before that, the second would go with the first.
    await failing.happened
    await tab.write([note('b')])
    const before = asked(world, 'POST')
    await world.until(() => asked(world, 'POST') > before + 1)
    const [first, ...again] = world.relay.requests.filter(({ method }) => method === 'POST')
    for (const { producer, items } of again)
      expect({ producer, items }).toEqual({ producer: first?.producer, items: 1 })
    failing.undo()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'b'])
  },
)

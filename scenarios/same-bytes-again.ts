import { expect } from 'vitest'
import { asked, live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'what was not taken is sent again as it was, a reload and a later write notwithstanding (invariant 5, S2-5)',
  async (world) => {
    const tab = await live(world)
    const busy = world.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await tab.write([note('one')])
    await busy.happened
    await tab.write([note('two')])
    await tab.reload()
    await tab.write([note('three')])
    const before = asked(world, 'POST')
    // The first is what the last visit left; the second, what this one made of its answer.
    await world.until(() => asked(world, 'POST') > before + 1)
    const tries = world.relay.requests.filter(({ method }) => method === 'POST')
    for (const { producer, items } of tries)
      expect({ producer, items }).toEqual({ producer: tries[0]?.producer, items: 1 })
    busy.undo()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['one', 'two', 'three'])
  },
)

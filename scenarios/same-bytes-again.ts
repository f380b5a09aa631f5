import { expect } from 'vitest'
import { asked, live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'what was not taken is sent again as it was, a reload and a later write notwithstanding (invariant 5, S2-5)',
  async (world) => {
    const tab = await live(world)
    for (const status of [503, 429]) {
      const from = world.relay.requests.length
      const busy = world.relay.failNext({ status, method: 'POST', times: Number.POSITIVE_INFINITY })
      await tab.write([note(`one ${status}`)])
      await busy.happened
      await tab.write([note(`two ${status}`)])
      await tab.reload()
      await tab.write([note(`three ${status}`)])
      const before = asked(world, 'POST')
      // The first is what the last visit left; the second, what this one made of its answer.
      await world.until(() => asked(world, 'POST') > before + 1)
      const [first, ...more] = world.relay.requests.slice(from).filter(({ method }) => method === 'POST')
      expect(first?.items).toBe(1)
      for (const { producer, body } of more)
        expect({ producer, body }).toEqual({ producer: first?.producer, body: first?.body })
      busy.undo()
      await sent(world, tab)
    }
    const words = (status: number) => ['one', 'two', 'three'].map((word) => `${word} ${status}`)
    expect(await logged(world)).toEqual([...words(503), ...words(429)])
  },
)

import { expect } from 'vitest'
import { asked, live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'the tab that leads dies with an answer on its way: the write is in the log once (G2, S1-43, S4-14)',
  async (world) => {
    const one = await live(world)
    const two = await live(world)
    world.relay.delay(1_000_000, { method: 'POST' })
    await one.write([note('once')])
    await world.until(() => asked(world, 'POST') > 0)
    await one.crash()
    world.relay.delay(0)
    await world.until(async () => (await two.status()).leader)
    await sent(world, two)
    await two.write([note('after')])
    await sent(world, two)
    expect(await logged(world)).toEqual(['once', 'after'])
  },
)

import { expect } from 'vitest'
import { live, logged, note, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'the own item on the tail before its answer: one row, and the outbox empty once (G6)',
  async (world) => {
    const tab = await live(world)
    world.relay.delay(2_000, { method: 'POST' })
    await tab.write([note('mine')])
    await sees(world, tab, ['mine'])
    expect(await tab.outbox()).toEqual([])
    await world.pass(3_000)
    await tab.write([note('next')])
    await sent(world, tab)
    expect(await tab.keys()).toEqual(['mine', 'next'])
    expect(await logged(world)).toEqual(['mine', 'next'])
  },
)

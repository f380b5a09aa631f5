import { expect } from 'vitest'
import { live, logged, note, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'the own item on the tail before its answer: one row, and the outbox empty once (G6)',
  async (world) => {
    const tab = await live(world)
    const slow = world.relay.delay(1_000_000, { method: 'POST' })
    await tab.write([note('mine')])
    await sees(world, tab, ['mine'])
    await sent(world, tab)
    expect(world.relay.open()).toContainEqual(expect.objectContaining({ method: 'POST', status: undefined }))
    slow.undo()
    await tab.write([note('next')])
    await sent(world, tab)
    await sees(world, tab, ['mine', 'next'])
    expect(await logged(world)).toEqual(['mine', 'next'])
  },
)

import { expect } from 'vitest'
import { logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a stream is made, and its first append fails: the same write goes out again, and is there once (S2-33)',
  async (world) => {
    const tab = await world.tab()
    world.relay.failNext({ status: 500, method: 'POST' })
    await tab.write([note('first')])
    await sent(world, tab)
    expect(await logged(world)).toEqual(['first'])
  },
  { exists: false },
)

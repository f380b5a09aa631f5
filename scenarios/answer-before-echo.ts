import { expect } from 'vitest'
import { asked, live, logged, note, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'answered, and nothing on the tail: the log is read up to the answer, and nothing is sent again (rules 5, 6)',
  async (world) => {
    const tab = await live(world)
    const muted = world.relay.muteTails()
    world.relay.dropTails()
    await muted.happened
    await tab.write([note('mine')])
    await sent(world, tab)
    await sees(world, tab, ['mine'])
    expect(await logged(world)).toEqual(['mine'])
    expect(asked(world, 'POST')).toBe(1)
  },
)

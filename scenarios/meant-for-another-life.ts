import { expect } from 'vitest'
import { asked, live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a write that arrives in another life than it was meant for is refused there, and meant anew (rule 4)',
  async (world) => {
    const tab = await live(world)
    const slow = world.relay.delay(1_000_000, { method: 'POST', of: 'request' })
    await tab.write([note('mine')])
    await world.until(() => asked(world, 'POST') > 0)
    await world.relay.recreate(world.path, [note('new')])
    slow.undo()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['new', 'mine'])
    const [first, last] = world.relay.requests.filter(({ method }) => method === 'POST')
    expect(first?.status).toBe(412)
    expect(last?.incarnation).not.toBe(first?.incarnation)
  },
)

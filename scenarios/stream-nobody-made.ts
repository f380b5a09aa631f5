import { expect } from 'vitest'
import { asked, logged, note, sent, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a stream nobody made is `not-found`, with no loop; a write makes it (S0-4)',
  async (world) => {
    const tab = await world.tab()
    await world.until(async () => (await stateOf(tab)) === 'halted')
    expect((await tab.status()).error).toBe('not-found')
    const before = asked(world)
    await world.aWhile()
    expect(asked(world)).toBe(before)
    await tab.write([note('first')])
    await sent(world, tab)
    expect(await logged(world)).toEqual(['first'])
  },
  { exists: false },
)

import { expect } from 'vitest'
import { codeOf, live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'the same write saved twice under one txid is one write; another one under it is refused',
  async (world) => {
    const tab = await live(world)
    world.relay.offline()
    await tab.write([note('once')], 'tx')
    await tab.write([note('once')], 'tx')
    expect(await codeOf(tab.write([note('other')], 'tx'))).toBe('invalid-argument')
    world.relay.online()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['once'])
  },
)

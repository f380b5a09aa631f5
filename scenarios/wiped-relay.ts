import { expect } from 'vitest'
import { live, note, others, sees, sent, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a relay that lost all it had: rows and writes stay; made anew, the writes go out (S3-4)',
  async (world) => {
    await others(world, 'a')
    const tab = await live(world)
    await sees(world, tab, ['a'])
    await world.relay.wipe()
    await world.until(async () => (await stateOf(tab)) === 'gone')
    expect(await tab.keys()).toEqual(['a'])
    await tab.write([note('mine')])
    await others(world, 'new')
    await tab.retry()
    await sent(world, tab)
    await sees(world, tab, ['new', 'mine'])
  },
)

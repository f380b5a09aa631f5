import { expect } from 'vitest'
import { live, logged, note, others, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a relay that was restored from an old copy is another life: what it lost goes, what it kept stays (S3-4)',
  async (world) => {
    await others(world, 'a')
    await others(world, 'b')
    const tab = await live(world)
    await sees(world, tab, ['a', 'b'])
    await world.relay.recreate(world.path, [note('a')])
    await sees(world, tab, ['a'])
    await tab.reload()
    await sees(world, tab, ['a'])
    await tab.write([note('mine')])
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'mine'])
  },
)

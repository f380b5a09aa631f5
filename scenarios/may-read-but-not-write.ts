import { expect } from 'vitest'
import { asked, live, note, others, quiet, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'who may read but not write keeps reading; the write is asked about a few times, then left alone',
  async (world) => {
    const tab = await live(world)
    world.relay.refuseCredentials({ status: 403, method: 'POST' })
    await tab.write([note('mine')])
    await world.until(() => asked(world, 'POST') >= 3)
    await quiet(world, 'POST')
    const before = asked(world, 'POST')
    expect(before).toBeLessThanOrEqual(4)
    await others(world, 'theirs')
    await sees(world, tab, ['theirs'])
    await world.aWhile()
    expect(asked(world, 'POST')).toBe(before)
    expect(await tab.outbox()).toMatchObject([{ state: 'sending', error: 'unauthorized' }])
  },
)

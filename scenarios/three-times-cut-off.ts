import { expect } from 'vitest'
import { live, logged, note, others, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'three times cut off and back: what waits stays waiting, what others wrote is shown, and it goes out once (S1-44)',
  async (world) => {
    const tab = await live(world)
    const refused = world.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await tab.write([note('mine')])
    const shown: string[] = []
    for (const key of ['one', 'two', 'three']) {
      world.relay.offline()
      await others(world, key)
      world.relay.online()
      shown.push(key)
      await sees(world, tab, shown)
      expect(await tab.outbox()).toHaveLength(1)
    }
    refused.undo()
    await sent(world, tab)
    await sees(world, tab, [...shown, 'mine'])
    expect(await logged(world)).toEqual([...shown, 'mine'])
  },
)

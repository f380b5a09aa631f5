import { expect } from 'vitest'
import { live, note, others, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'what others write is shown at once while a write of mine waits (invariant 6)',
  async (world) => {
    const tab = await live(world)
    const busy = world.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await tab.write([note('mine')])
    await others(world, 'theirs')
    await sees(world, tab, ['theirs'])
    expect(await tab.outbox()).toMatchObject([{ keys: ['mine'] }])
    busy.undo()
    await sent(world, tab)
    await sees(world, tab, ['theirs', 'mine'])
  },
)

import { expect } from 'vitest'
import { live, logged, note, others, sees, sent, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'an answer is no proof: a write that a restored relay took and lost is sent again (invariant 4, S3-4)',
  async (world) => {
    await others(world, 'a')
    const tab = await live(world)
    const muted = world.relay.muteTails()
    world.relay.dropTails()
    await muted.happened
    const unread = world.relay.failNext({ status: 503, method: 'GET', times: Number.POSITIVE_INFINITY })
    await tab.write([note('mine')])
    await world.until(async () => (await states(tab)).join() === 'sent')
    await world.relay.recreate(world.path, [note('a')])
    unread.undo()
    muted.undo()
    world.relay.dropTails()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'mine'])
    await sees(world, tab, ['a', 'mine'])
  },
)

import { expect } from 'vitest'
import { live, logged, note, others, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'made again under the same name: the log is dropped and fetched anew, the outbox kept and sent (S3-4)',
  async (world) => {
    await others(world, 'a', 'b')
    const tab = await live(world)
    const busy = world.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await tab.write([note('mine')])
    await world.relay.recreate(world.path, [note('new')])
    await sees(world, tab, ['new'])
    busy.undo()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['new', 'mine'])
    await sees(world, tab, ['new', 'mine'])
  },
)

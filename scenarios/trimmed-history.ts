import { live, others, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'history trimmed while away: what is retained is fetched anew, unattended (410)',
  async (world) => {
    await others(world, 'a')
    const tab = await live(world)
    await sees(world, tab, ['a'])
    world.relay.offline()
    await others(world, 'b')
    await world.relay.trim(world.path)
    await others(world, 'c')
    world.relay.online()
    await sees(world, tab, ['c'])
    await others(world, 'd')
    await sees(world, tab, ['c', 'd'])
  },
)

import { live, note, others, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'another life that is just as long, so that every offset fits, is told by its name alone (S3-4, T9)',
  async (world) => {
    await others(world, 'a', 'b')
    const tab = await live(world)
    await sees(world, tab, ['a', 'b'])
    world.relay.offline()
    await world.relay.recreate(world.path, [note('x'), note('y')])
    world.relay.online()
    await sees(world, tab, ['x', 'y'])
    await others(world, 'z')
    await sees(world, tab, ['x', 'y', 'z'])
  },
)

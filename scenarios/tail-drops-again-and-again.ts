import { live, others, sees, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a tail that drops five times costs nothing but its time: each item once, in order (S4-18)',
  async (world) => {
    const tab = await live(world)
    const keys: string[] = []
    for (const key of ['a', 'b', 'c', 'd', 'e']) {
      world.relay.dropTails()
      await others(world, key)
      keys.push(key)
      await sees(world, tab, keys)
      await world.until(async () => (await stateOf(tab)) === 'live')
    }
  },
)

import { live, others, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a catch-up that breaks off half-way is asked for again, from where the log ends',
  async (world) => {
    const keys = Array.from({ length: 100 }, (_, n) => `k${n}`)
    await others(world, ...keys)
    world.relay.cutAfter(2_000, { live: false })
    const tab = await live(world)
    await sees(world, tab, keys)
  },
)

import { expect } from 'vitest'
import { live, others } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a catch-up that breaks off half-way is asked for again, from where the log ends',
  async (world) => {
    await others(world, ...Array.from({ length: 100 }, (_, n) => `k${n}`))
    world.relay.cutAfter(2_000, { live: false })
    const tab = await live(world)
    expect(await tab.keys()).toHaveLength(100)
  },
)

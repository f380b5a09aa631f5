import { live, others, sees, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'six hundred items while cut off arrive once each, in order (S1-41, S3-6)',
  async (world) => {
    const tab = await live(world)
    world.relay.offline()
    await world.until(async () => (await stateOf(tab)) === 'waiting')
    const keys = Array.from({ length: 600 }, (_, n) => `k${n}`)
    for (let n = 0; n < 600; n += 50) await others(world, ...keys.slice(n, n + 50))
    world.relay.online()
    await sees(world, tab, keys)
  },
)

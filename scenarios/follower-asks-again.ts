import { live, others, sees, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a tab that follows asks again, and the one that leads does it (S2-32)',
  async (world) => {
    const one = await live(world)
    const two = await live(world)
    world.relay.refuseCredentials()
    world.relay.dropTails()
    await world.until(
      async () => (await stateOf(one)) === 'unauthorized' && (await stateOf(two)) === 'unauthorized',
    )
    world.relay.acceptCredentials()
    await two.retry()
    await world.until(async () => (await stateOf(one)) === 'live' && (await stateOf(two)) === 'live')
    await others(world, 'a')
    await sees(world, two, ['a'])
  },
)

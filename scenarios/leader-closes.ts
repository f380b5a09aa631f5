import { live, logged, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'the tab that leads is closed: the other leads, and sends what was left (G2)',
  async (world) => {
    const one = await live(world)
    const two = await live(world)
    const busy = world.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
    await one.write([note('left behind')])
    await busy.happened
    await one.close()
    busy.undo()
    await world.until(async () => (await two.status()).leader)
    await world.until(async () => (await logged(world)).join() === 'left behind')
    await sent(world, two)
  },
)

import { live, others, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario('a read that fails once leaves the stream usable (S4-12)', async (world) => {
  await others(world, 'a')
  world.relay.failNext({ status: 500, method: 'GET' })
  const tab = await live(world)
  await sees(world, tab, ['a'])
})

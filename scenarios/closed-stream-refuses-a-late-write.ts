import { expect } from 'vitest'
import { live, note, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario('a closed stream refuses what still waits, with its code (S2-3)', async (world) => {
  const tab = await live(world)
  const busy = world.relay.failNext({ status: 503, method: 'POST', times: Number.POSITIVE_INFINITY })
  await tab.write([note('late')])
  await busy.happened
  await world.relay.seal(world.path)
  busy.undo()
  await world.until(async () => (await states(tab)).join() === 'rejected')
  expect(await tab.outbox()).toMatchObject([{ error: 'closed', status: 409 }])
})

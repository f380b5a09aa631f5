import { expect } from 'vitest'
import { live, logged, note, sent, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario('a refused write is sent again on request, or discarded', async (world) => {
  const tab = await live(world)
  const refusing = world.relay.failNext({ status: 413, method: 'POST', times: Number.POSITIVE_INFINITY })
  const kept = await tab.write([note('kept')])
  const gone = await tab.write([note('gone')])
  await world.until(async () => (await states(tab)).join() === 'rejected,rejected')
  refusing.undo()
  expect(await tab.discard(gone)).toBe(true)
  expect(await tab.discard(gone)).toBe(false)
  expect(await tab.retry(kept)).toBe(true)
  await sent(world, tab)
  expect(await logged(world)).toEqual(['kept'])
})

import { expect } from 'vitest'
import { asked, others, sees, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario('a stream that was closed is complete, and nobody asks on', async (world) => {
  await others(world, 'a')
  await world.relay.seal(world.path)
  const tab = await world.tab()
  await world.until(async () => (await stateOf(tab)) === 'closed')
  await sees(world, tab, ['a'])
  const before = asked(world)
  await world.aWhile()
  expect(asked(world)).toBe(before)
})

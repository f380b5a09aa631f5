import { expect } from 'vitest'
import { live, logged, note, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario('a request that the network doubles counts once (S0-9)', async (world) => {
  const tab = await live(world)
  for (const key of ['a', 'b', 'c']) {
    const doubled = world.relay.duplicateNext()
    await tab.write([note(key)])
    await doubled.happened
  }
  await sent(world, tab)
  expect(await logged(world)).toEqual(['a', 'b', 'c'])
  await sees(world, tab, ['a', 'b', 'c'])
})

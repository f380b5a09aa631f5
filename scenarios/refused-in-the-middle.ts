import { expect } from 'vitest'
import { live, logged, note, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'one refused write in the middle is found and kept with the reason; the others go on (rule 9)',
  async (world) => {
    const tab = await live(world)
    world.relay.offline()
    for (const key of ['a', 'b', 'poison', 'c', 'd']) await tab.write([note(key)])
    world.relay.failNext({ status: 413, body: 'poison', times: Number.POSITIVE_INFINITY })
    world.relay.online()
    await world.until(async () => (await states(tab)).join() === 'rejected')
    expect(await logged(world)).toEqual(['a', 'b', 'c', 'd'])
    expect(await tab.outbox()).toMatchObject([{ error: 'too-large', status: 413, keys: ['poison'] }])
    await tab.reload()
    await world.until(async () => (await states(tab)).join() === 'rejected')
  },
)

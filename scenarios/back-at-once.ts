import { expect } from 'vitest'
import { live, logged, note, sent, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'the network comes back: nobody waits out a pause, neither who reads nor who writes (S4-18)',
  async (world) => {
    const tab = await live(world)
    const hour = { status: 503, retryAfter: 3_600, times: Number.POSITIVE_INFINITY }
    const writes = world.relay.failNext({ ...hour, method: 'POST' })
    await tab.write([note('mine')])
    await world.until(async () => (await tab.outbox())[0]?.error === 'server')
    const reads = world.relay.failNext({ ...hour, method: 'GET' })
    world.relay.dropTails()
    await world.until(async () => (await tab.status()).error === 'server')
    world.relay.offline()
    writes.undo()
    reads.undo()
    world.relay.online()
    await sent(world, tab)
    await world.until(async () => (await stateOf(tab)) === 'live')
    expect(await logged(world)).toEqual(['mine'])
  },
)

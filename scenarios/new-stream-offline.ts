import { expect } from 'vitest'
import { logged, note, sent, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a stream made offline opens empty and writable, and is made on the relay with its first write (S1-5, S1-7)',
  async (world) => {
    world.relay.offline()
    const tab = await world.tab()
    await tab.write([note('first')])
    await world.until(async () => (await tab.status()).pending === 1)
    expect((await tab.status()).synced).toBe(false)
    await tab.reload()
    await world.until(async () => (await states(tab)).join() === 'saved')
    world.relay.online()
    await sent(world, tab)
    expect(await logged(world)).toEqual(['first'])
  },
  { exists: false },
)

import { others, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'three event streams that end at once lead to long-poll, which delivers (S2-16)',
  async (world) => {
    world.relay.cutAfter(0, { live: 'sse', times: 3 })
    const tab = await world.tab()
    await world.until(async () => (await tab.status()).transport === 'long-poll')
    await others(world, 'a')
    await sees(world, tab, ['a'])
  },
)

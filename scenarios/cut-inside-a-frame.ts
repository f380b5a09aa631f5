import { live, others, sees, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'an event cut inside a letter is read again whole, and not twice (S1-9)',
  async (world) => {
    const tab = await live(world)
    const keys: string[] = []
    for (const bytes of [1, 40, 79, 80, 81, 82, 83, 84, 150]) {
      const cut = world.relay.cutAfter(bytes, { live: 'sse' })
      keys.push(`潮${bytes}`)
      await others(world, `潮${bytes}`)
      await sees(world, tab, keys)
      cut.undo()
      await world.until(async () => (await stateOf(tab)) === 'live')
    }
  },
)

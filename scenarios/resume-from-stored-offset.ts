import { expect } from 'vitest'
import { asked, live, others, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a second visit asks from where the log on disk ends, and gets nothing twice (S3-1, X1)',
  async (world) => {
    await others(world, 'a', 'b')
    const first = await live(world)
    await others(world, 'c')
    await sees(world, first, ['a', 'b', 'c'])
    await first.close()
    const saved = await world.relay.tail(world.path)
    await others(world, 'd')
    const before = asked(world)
    const second = await live(world)
    await sees(world, second, ['a', 'b', 'c', 'd'])
    const offsets = world.relay.requests.slice(before).map(({ offset }) => offset)
    expect(offsets[0]).toBe(saved)
    expect(offsets).not.toContain('-1')
  },
)

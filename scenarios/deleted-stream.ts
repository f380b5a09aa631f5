import { expect } from 'vitest'
import { asked, live, note, others, quiet, sees, stateOf, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'deleted after we had it: gone, rows readable, no loop, not made again, the write kept (G7)',
  async (world) => {
    await others(world, 'a')
    const tab = await live(world)
    await world.relay.remove(world.path)
    await world.until(async () => (await stateOf(tab)) === 'gone')
    await tab.write([note('mine')])
    const before = asked(world)
    await world.aWhile()
    expect(asked(world)).toBe(before)
    expect(asked(world, 'PUT')).toBe(0)
    expect(await states(tab)).toEqual(['saved'])
    await tab.retry()
    await world.until(() => asked(world) > before)
    await quiet(world)
    await world.until(async () => (await stateOf(tab)) === 'gone')
    expect(asked(world, 'PUT')).toBe(0)
    await tab.reload()
    await sees(world, tab, ['a'])
  },
)

import { expect } from 'vitest'
import { codeOf, live, logged, note, others, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'logging out hands back what never left, and nothing of it is there afterwards (G8)',
  async (world) => {
    await others(world, 'a')
    const tab = await live(world)
    world.relay.offline()
    await tab.write([note('unsent')])
    expect(await tab.logOut()).toMatchObject([{ keys: ['unsent'] }])
    expect(await codeOf(tab.write([note('late')]))).toBe('shut-down')
    const next = await world.tab()
    await world.aWhile()
    expect(await next.keys()).toEqual([])
    world.relay.online()
    await sees(world, next, ['a'])
    expect(await logged(world)).toEqual(['a'])
  },
)

import { expect } from 'vitest'
import { live, logged, note, others, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'a frozen leader is replaced; thawed, it follows, and nothing is done twice (T11, G11)',
  async (world) => {
    const one = await live(world)
    const two = await live(world)
    const { thaw } = await one.freeze()
    await world.until(async () => (await two.status()).leader)
    await others(world, 'meanwhile')
    await sees(world, two, ['meanwhile'])
    await two.write([note('mine')])
    await sent(world, two)
    await thaw()
    await world.until(async () => !(await one.status()).leader)
    await sees(world, one, ['meanwhile', 'mine'])
    await others(world, 'after')
    await sees(world, one, ['meanwhile', 'mine', 'after'])
    await sees(world, two, ['meanwhile', 'mine', 'after'])
    expect(await logged(world)).toEqual(['meanwhile', 'mine', 'after'])
  },
)

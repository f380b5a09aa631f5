import { expect } from 'vitest'
import { live, logged, note, others, sees, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

/** What a client saves at most, its headers aside. */
const LARGEST = 8 * 1024 * 1024 - 2 * 1024

export default scenario(
  'an item as large as the relay takes goes all the way: to the tail, to the disk, to who comes later (S3-12)',
  async (world) => {
    const tab = await live(world)
    await tab.write([{ ...note('large'), value: { text: 'x'.repeat(LARGEST) } }])
    await sent(world, tab)
    await sees(world, tab, ['large'])
    await others(world, 'after')
    await tab.reload()
    await sees(world, tab, ['large', 'after'])
    await tab.logOut()
    const later = await live(world)
    await sees(world, later, ['large', 'after'])
    expect(await logged(world)).toEqual(['large', 'after'])
  },
)

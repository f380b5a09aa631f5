import { expect } from 'vitest'
import { asked, live, logged, note, others, sees, sent, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

/** What a client saves at most, its headers aside. */
const LARGEST = 8 * 1024 * 1024 - 2 * 1024

export default scenario(
  'an item as large as the relay takes goes all the way: to the tail, to the disk, to who comes later (S3-12)',
  async (world) => {
    const large = (key: string) => ({ ...note(key), value: { text: 'x'.repeat(LARGEST) } })
    const tab = await live(world)
    await world.until(() => world.relay.open().some((request) => request.live === 'sse'))
    const before = asked(world)
    await world.relay.append(world.path, [large('theirs')])
    await sees(world, tab, ['theirs'])
    expect(await stateOf(tab)).toBe('live')
    expect(asked(world)).toBe(before)

    await tab.write([large('mine')])
    await sent(world, tab)
    await sees(world, tab, ['theirs', 'mine'])
    await others(world, 'after')
    await tab.reload()
    await sees(world, tab, ['theirs', 'mine', 'after'])
    await tab.logOut()
    const later = await live(world)
    await sees(world, later, ['theirs', 'mine', 'after'])
    expect(await logged(world)).toEqual(['theirs', 'mine', 'after'])
  },
)

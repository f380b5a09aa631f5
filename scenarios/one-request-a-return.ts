import { expect } from 'vitest'
import { live, others, quiet, sees, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

/** Milliseconds that a tail lives which is not over at once. */
const A_LIFE = 6_000

export default scenario(
  'a tail that has had its time is followed by the next, and nothing else is asked: where all stands is in the log (S1-46)',
  async (world) => {
    await others(world, 'a')
    const tab = await live(world)
    const keys = ['a']
    const tails = () => world.relay.open().filter((request) => request.live === 'sse').length
    const asks = (from: number) => world.relay.requests.slice(from).map(({ method, live }) => [method, live])
    for (const key of ['b', 'c']) {
      await world.until(() => tails() === 1)
      await world.pass(A_LIFE)
      const before = world.relay.requests.length
      world.relay.endTails()
      await others(world, `${key}-missed`)
      keys.push(`${key}-missed`)
      await sees(world, tab, keys)
      await world.until(() => tails() === 1)
      await others(world, key)
      keys.push(key)
      await sees(world, tab, keys)
      expect(await stateOf(tab)).toBe('live')
      expect(asks(before)).toEqual([['GET', 'sse']])
    }
    await quiet(world, 'HEAD')
    expect(asks(0).filter(([method]) => method !== 'GET')).toEqual([])
  },
)

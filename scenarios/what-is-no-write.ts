import { expect } from 'vitest'
import { asked, codeOf, live, note } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'no items, a stranger, or more than any relay takes: refused with a code before anything is saved (S0-24, S4-8)',
  async (world) => {
    const tab = await live(world)
    const odd = [42, { type: 'note', key: 'a', value: {} }, null] as never[]
    expect(await codeOf(tab.write([]))).toBe('invalid-argument')
    for (const item of odd) expect(await codeOf(tab.write([item]))).toBe('invalid-item')
    expect(await codeOf(tab.write([note('x'.repeat(9 * 1024 * 1024))]))).toBe('too-large')
    expect(await codeOf(tab.write([note('a')], ''))).toBe('invalid-argument')
    expect(await tab.outbox()).toEqual([])
    expect(asked(world, 'POST')).toBe(0)
  },
)

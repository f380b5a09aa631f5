import { expect } from 'vitest'
import { asked, logged, note, others, sees, sent, stateOf } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

/** Milliseconds, of any clock: longer than the scenario. */
const FOR_EVER = 1_000_000_000
/** What a read is given, nearly; a request's own time is hurried nowhere. */
const PATIENCE = 19_000

export default scenario(
  'a relay that takes every request and never answers: it is given up after a time, said so, and asked again (S0-27)',
  async (world) => {
    await others(world, 'a')
    const silent = world.relay.delay(FOR_EVER, { of: 'request' })
    const began = world.now()
    const tab = await world.tab()
    await tab.write([note('mine')])
    let said = await tab.status()
    await world.until(async () => {
      said = await tab.status()
      return said.state === 'waiting'
    })
    expect(said).toMatchObject({ reason: 'backoff', error: 'timeout', pending: 1 })
    expect(world.now() - began).toBeGreaterThanOrEqual(PATIENCE)
    await world.until(() => asked(world) === 2)
    silent.undo()
    await sees(world, tab, ['a', 'mine'])
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'mine'])
    expect(await stateOf(tab)).toBe('live')
    expect(asked(world, 'POST')).toBe(1)
  },
)

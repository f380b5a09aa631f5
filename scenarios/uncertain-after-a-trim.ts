import { expect } from 'vitest'
import { asked, live, logged, note, others, sees, sent, states } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  'history trimmed past an answer that was never heard: the write is uncertain, for a person (rule 11)',
  async (world) => {
    await others(world, 'a')
    const tab = await live(world)
    await sees(world, tab, ['a'])
    const muted = world.relay.muteTails()
    world.relay.dropTails()
    await muted.happened
    const lost = world.relay.dropNextAck()
    await tab.write([note('mine')])
    await lost.happened
    world.relay.offline()
    await world.relay.trim(world.path)
    world.relay.online()
    await world.until(async () => (await states(tab)).join() === 'uncertain')
    expect(await tab.outbox()).toMatchObject([{ error: 'trimmed', keys: ['mine'] }])
    const before = asked(world, 'POST')
    await world.aWhile()
    expect(asked(world, 'POST')).toBe(before)
    const [write] = await tab.outbox()
    expect(await tab.discard(write?.txid ?? '')).toBe(true)
    await sent(world, tab)
    expect(await logged(world)).toEqual(['a', 'mine'])
  },
)

import { expect } from 'vitest'
import { note, sees } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario(
  '`types`: a list is those and no others; none is nothing, and costs no request (S3-7, S3-8)',
  async (world) => {
    await world.relay.append(world.path, [note('a'), note('b', 'other'), note('c')])
    const none = await world.tab([])
    await world.aWhile()
    expect(world.relay.requests).toEqual([])
    const others = await world.tab(['other', 'third'])
    await sees(world, others, ['b'])
    await world.relay.append(world.path, [note('d'), note('e', 'third')])
    await sees(world, others, ['b', 'e'])
    expect(await none.keys()).toEqual([])
  },
)

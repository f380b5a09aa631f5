import { expect } from 'vitest'
import { asked, live, note, sent } from '../e2e/scenarios/words.ts'
import { scenario } from '../e2e/scenarios/world.ts'

export default scenario('what waits goes out together, each write under its own txid', async (world) => {
  const tab = await live(world)
  world.relay.offline()
  for (const key of ['a', 'b', 'c']) await tab.write([note(key)], `tx-${key}`)
  const before = asked(world, 'POST')
  world.relay.online()
  await sent(world, tab)
  const items = (await world.relay.read(world.path)) as { headers: { txid: string } }[]
  expect(items.map(({ headers }) => headers.txid)).toEqual(['tx-a', 'tx-b', 'tx-c'])
  expect(asked(world, 'POST') - before).toBe(1)
  expect(world.relay.requests.findLast(({ method }) => method === 'POST')?.items).toBe(3)
})

import { createClient, exportFixture, FixtureError } from '@strandline/client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { hurry } from '../../testing/hurry.ts'
import { patient } from '../../testing/patient.ts'
import { createMockRelay, type MockRelay } from './index.ts'

const item = (key: string) => ({ type: 'note', key, value: { text: `${key} 潮🌊` }, headers: {} })
let relay: MockRelay
let client: ReturnType<typeof createClient>

beforeEach(async () => {
  relay = createMockRelay({ baseUrl: 'http://relay.test' })
  client = createClient({ storage: 'memory', fetch: relay.fetch, effects: hurry })
  await relay.append('room', [item('a'), item('b')])
})
afterEach(async () => {
  await client.close()
  await relay.close()
})

async function exported(): Promise<string> {
  const handle = client.stream(relay.url('room'))
  handle.subscribe(() => undefined)
  await relay.settled(handle, patient)
  await relay.append('room', [item('c')])
  await relay.settled(handle, patient)
  return exportFixture(handle)
}

test('what a running app holds, also with no network, loads into a mock: same items, same offsets', async () => {
  const text = await exported()
  relay.offline()
  expect(await exportFixture(client.stream(relay.url('room')))).toBe(text)
  expect(text.split('\n')).toHaveLength(5)

  const other = createMockRelay({ baseUrl: 'http://other.test' })
  await other.load('room', text)
  expect(await other.read('room')).toEqual([item('a'), item('b'), item('c')])
  expect(await other.tail('room')).toBe(await relay.tail('room'))
  const answer = await other.fetch(`${other.url('room')}?offset=${JSON.parse(text).batches[0].to}`)
  expect(await answer.json()).toEqual([item('c')])
  await other.close()
})

test('a stream that is dropped and fetched anew is exported as it is now', async () => {
  await exported()
  await relay.recreate('room', [item('new')])
  const handle = client.stream(relay.url('room'))
  await relay.settled(handle, patient)
  const other = createMockRelay({ baseUrl: 'http://other.test' })
  await other.load('room', await exportFixture(handle))
  expect(await other.read('room')).toEqual([item('new')])
  await other.close()
})

test('a damaged file is refused with its line, and the stream is left as it was', async () => {
  const damaged = (await exported()).replace('"items":[', '"items":{')
  await expect(relay.load('room', damaged)).rejects.toSatisfy(
    (error) => error instanceof FixtureError && error.line === 2,
  )
  expect(await relay.read('room')).toHaveLength(3)
})

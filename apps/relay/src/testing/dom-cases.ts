import 'fake-indexeddb/auto'
import { createClient } from '@strandline/client'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createMockRelay, type MockRelay } from '../hosts/msw/index.ts'
import { patient } from './patient.ts'

/** What has to hold wherever a page is made up: the real client on IndexedDB, its requests caught by MSW. */
export function domCases(): void {
  const server = setupServer()
  let relay: MockRelay

  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  beforeEach(() => {
    relay = createMockRelay({ baseUrl: 'http://relay.test' })
    server.use(...relay.handlers)
  })
  afterEach(async () => {
    server.resetHandlers()
    await relay.close()
  })
  afterAll(() => server.close())

  const item = (key: string) => ({ type: 'note', key, value: { text: `${key} 潮🌊` }, headers: {} })

  const visit = (database: string) => {
    const client = createClient({ database, effects: { random: () => 0 } })
    const handle = client.stream(relay.url('room'))
    const keys: string[] = []
    handle.subscribe(({ items }) => keys.push(...items.map((one) => (one as { key: string }).key)))
    return { client, handle, keys }
  }

  test('writes are saved, sent and echoed; what others write arrives by event stream', async () => {
    await relay.append('room', [item('theirs')])
    const { client, handle, keys } = visit('follow')
    await handle.append([item('mine')])
    await relay.settled(handle, patient)
    await relay.append('room', [item('theirs too')])
    await relay.settled(handle, patient)
    expect(keys).toEqual(['theirs', 'mine', 'theirs too'])
    expect(handle.status.get()).toMatchObject({ state: 'live', transport: 'sse', storage: 'indexeddb' })
    await client.close()
    await relay.settled(patient)
  })

  test('the next visit asks from where the log on disk ends', async () => {
    await relay.append('room', [item('a'), item('b')])
    const first = visit('again')
    await relay.settled(first.handle, patient)
    await first.client.close()
    const saved = await relay.tail('room')
    await relay.append('room', [item('c')])
    relay.requests.length = 0
    const second = visit('again')
    await relay.settled(second.handle, patient)
    expect(second.keys).toEqual(['a', 'b', 'c'])
    const offsets = relay.requests.map(({ offset }) => offset)
    expect(offsets[0]).toBe(saved)
    expect(offsets).not.toContain('-1')
    await second.client.close()
  })

  test('offline, and back at once when the page is told so: nobody waits out a pause', async () => {
    await relay.append('room', [])
    const { client, handle, keys } = visit('offline')
    await relay.settled(handle, patient)
    relay.offline()
    expect(navigator.onLine).toBe(false)
    await handle.append([item('offline')])
    await expect.poll(() => handle.status.get()).toMatchObject({ state: 'waiting', reason: 'offline' })
    relay.online()
    expect(navigator.onLine).toBe(true)
    await relay.settled(handle, patient)
    expect(keys).toEqual(['offline'])
    await client.close()
  })

  test('a client that is closed lets go of its tail', async () => {
    await relay.append('room', [])
    const { client, handle } = visit('close')
    await relay.settled(handle, patient)
    await expect.poll(() => relay.stats().tails).toBe(1)
    await client.close()
    expect(handle.status.get().state).toBe('closed')
    await expect.poll(() => relay.stats().tails).toBe(0)
  })
}

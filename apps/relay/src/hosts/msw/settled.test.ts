import { createClient, type StreamHandle } from '@strandline/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { hurry } from '../../testing/hurry.ts'
import { item, type MockRoom, mockRoom } from '../../testing/mock-room.ts'
import { patient } from '../../testing/patient.ts'
import type { MockRelay } from './index.ts'

/** A room with a client in it. */
async function visited(): Promise<MockRoom & { readonly handle: StreamHandle }> {
  const room = await mockRoom()
  const client = createClient({ storage: 'memory', fetch: room.relay.fetch, effects: hurry })
  onTestFinished(() => client.close())
  return { ...room, handle: client.stream(room.relay.url('room')) }
}

test('resolves when what was written is in everybody’s log', async () => {
  const { relay, handle } = await visited()
  const other = createClient({ storage: 'memory', fetch: relay.fetch })
  const seen: unknown[] = []
  other.stream(relay.url('room')).subscribe(({ items }) => seen.push(...items))
  await handle.append([item('mine')])
  await relay.settled(handle, patient)
  expect(handle.outbox.get()).toEqual([])
  expect(seen).toHaveLength(2)
  await other.close()
})

test.each([
  ['the relay is down', (relay: MockRelay) => relay.failNext({ status: 503, times: 2 })],
  ['an answer is lost', (relay: MockRelay) => relay.dropNextAck()],
  ['an answer is cut', (relay: MockRelay) => relay.cutAfter(3)],
  ['it is doubled', (relay: MockRelay) => relay.duplicateNext()],
])('waits for a client that comes back by itself: %s', async (_, fail) => {
  const { relay, handle, keys } = await visited()
  handle.subscribe(() => undefined)
  await relay.settled(patient)
  fail(relay)
  await handle.append([item('mine')])
  await relay.settled(handle, patient)
  expect([handle.status.get().state, handle.outbox.get(), await keys()]).toEqual([
    'live',
    [],
    ['first', 'mine'],
  ])
})

test('without anybody named, those who were put off or cut off are waited for all the same', async () => {
  const { relay, handle } = await visited()
  handle.subscribe(() => undefined)
  await relay.settled(patient)
  relay.dropTails()
  await relay.settled(patient)
  expect(handle.status.get().state).toBe('live')
  const slow = relay.delay(1_000_000, { of: 'request', live: 'sse' })
  relay.endTails()
  const comes = relay.settled(patient)
  await expect(relay.settled({ within: 5 })).rejects.toThrow('a follower of room to come back')
  slow.undo()
  await comes
  expect(handle.status.get().state).toBe('live')
  relay.failNext({ status: 503, method: 'POST' })
  await handle.append([item('mine')])
  await relay.settled(patient)
  expect(handle.outbox.get()).toEqual([])
})

test('a refused write, or credentials that are wanted, are an end too', async () => {
  const { relay, handle } = await visited()
  relay.failNext({ status: 413, method: 'POST' })
  await handle.append([item('large')])
  await relay.settled(handle, patient)
  expect(handle.outbox.get()).toMatchObject([{ state: 'rejected' }])
  relay.refuseCredentials()
  relay.dropTails()
  await relay.settled(handle, patient)
  expect(handle.status.get().state).toBe('unauthorized')
})

test('a long-poll that waits for news is at rest, and so is who has left', async () => {
  const { relay, get } = await mockRoom()
  const life = new AbortController()
  const polled = relay.fetch(`${relay.url('room')}?offset=now&live=long-poll`, { signal: life.signal })
  await relay.settled(patient)
  relay.failNext({ status: 503, live: 'long-poll' })
  expect((await get('?offset=now&live=long-poll')).status).toBe(503)
  await expect(relay.settled({ within: 5 })).rejects.toThrow('a follower of room to come back')
  life.abort()
  await expect(polled).rejects.toMatchObject({ name: 'AbortError' })
  await relay.settled(patient)
})

test('a write that credentials hold up is no reason to wait: it takes a person', async () => {
  const { relay, handle } = await visited()
  handle.subscribe(() => undefined)
  await relay.settled(handle, patient)
  relay.refuseCredentials()
  relay.dropTails()
  await handle.append([item('kept')])
  await relay.settled(handle, patient)
  expect([handle.status.get().state, handle.outbox.get().length]).toEqual(['unauthorized', 1])
})

test('what was asked of the relay and not waited for is done first', async () => {
  const { relay, keys } = await mockRoom()
  void relay.append('room', [item('later')])
  await relay.settled(patient)
  expect(await keys()).toEqual(['first', 'later'])
})

test('it leaves no timer behind, and nobody who listens', async () => {
  const { relay } = await mockRoom()
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const listening = new Set<() => void>()
  const status = {
    get: () => ({ state: 'live' }),
    subscribe(fn: () => void) {
      listening.add(fn)
      return () => listening.delete(fn)
    },
  }
  const settling = relay.settled({ status, outbox: { ...status, get: () => [] } })
  await new Promise((resolve) => setImmediate(resolve))
  expect(listening.size).toBe(1)
  await settling
  expect([listening.size, vi.getTimerCount()]).toEqual([0, 0])
  vi.useRealTimers()
})

test('says what it waits for when it takes too long', async () => {
  const { relay, handle } = await visited()
  handle.subscribe(() => undefined)
  await relay.settled(handle, patient)
  relay.offline()
  await handle.append([item('mine')])
  await expect(relay.settled({ within: 5 })).rejects.toThrow('a follower of room to come back')
  await expect(relay.settled(handle, { within: 5 })).rejects.toThrow('1 writes to be in the log')
  relay.online()
  await relay.settled(handle, patient)
})

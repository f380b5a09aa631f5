import { type PendingWrite, type StreamHandle, type StreamStatus, writable } from '@strandline/client'
import { expect, test, vi } from 'vitest'
import { holdStreams } from './unsent.ts'

const URL_A = 'http://relay/v1/stream/session/a'
const base = { storage: 'indexeddb', leader: true, synced: true, pending: 0 } as const

function write(state: PendingWrite['state']): PendingWrite {
  return { txid: 't', stream: URL_A, state, attempts: 0, keys: [], items: [] }
}

function fakeStream() {
  const outbox = writable<readonly PendingWrite[]>([])
  const status = writable<StreamStatus>({ ...base, state: 'loading' })
  const stopReading = vi.fn()
  const handle = {
    url: URL_A,
    outbox,
    status,
    subscribe: vi.fn(() => stopReading),
    close: vi.fn(async () => undefined),
  }
  const client = {
    stream: vi.fn(() => handle as unknown as StreamHandle),
    resume: async (optionsOf?: (url: string) => object) => void optionsOf?.(URL_A),
  }
  return { outbox, status, handle, stopReading, client }
}

test('a stream with nothing to send is let go at once', () => {
  const { client, handle } = fakeStream()
  holdStreams(client).hold(URL_A, {})()
  expect(handle.close).toHaveBeenCalledOnce()
  expect(handle.subscribe).not.toHaveBeenCalled()
})

test('one with unsent writes is followed until they are in the log', () => {
  const { client, handle, outbox, status, stopReading } = fakeStream()
  const release = holdStreams(client).hold(URL_A, {})
  status.set({ ...base, state: 'waiting', reason: 'offline', attempt: 1, retryAt: 0 })
  outbox.set([write('saved')])
  release()
  expect(handle.close).not.toHaveBeenCalled()
  expect(handle.subscribe).toHaveBeenCalledOnce()
  outbox.set([write('sent')])
  expect(handle.close).not.toHaveBeenCalled()
  outbox.set([])
  expect(stopReading).toHaveBeenCalledOnce()
  expect(handle.close).toHaveBeenCalledOnce()
})

test('the next page follows what this one left, and lets go of it when all is sent', async () => {
  const { client, handle, outbox, status } = fakeStream()
  const { resume, unsent } = holdStreams(client)
  await resume()
  expect(client.stream).toHaveBeenCalledWith(URL_A)
  outbox.set([write('saved')])
  status.set({ ...base, state: 'live', transport: 'sse' })
  expect(unsent.get().get(URL_A)).toEqual({ waiting: 1, stuck: 0 })
  expect(handle.close).not.toHaveBeenCalled()
  outbox.set([])
  expect(unsent.get().size).toBe(0)
  expect(handle.close).toHaveBeenCalledOnce()
})

test('a refused write waits for a person, not for the network', () => {
  const { client, handle, outbox } = fakeStream()
  const { hold, unsent } = holdStreams(client)
  const release = hold(URL_A, {})
  outbox.set([write('rejected')])
  expect(unsent.get().get(URL_A)).toEqual({ waiting: 0, stuck: 1 })
  release()
  expect(handle.close).toHaveBeenCalledOnce()
})

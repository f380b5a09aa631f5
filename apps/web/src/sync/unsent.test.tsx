import { type PendingWrite, type StreamHandle, type StreamStatus, writable } from '@strandline/client'
import { beforeEach, expect, test, vi } from 'vitest'
import { holdStreams } from './unsent.ts'

const URL_A = 'http://relay/v1/stream/session/a'
const base = { storage: 'indexeddb', leader: true, synced: true, pending: 0 } as const

beforeEach(() => localStorage.clear())

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
  const client = { stream: vi.fn(() => handle as unknown as StreamHandle) }
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

test('the next page goes on where this one ended, and forgets it when all is sent', () => {
  const first = fakeStream()
  holdStreams(first.client).hold(URL_A, {})
  first.outbox.set([write('saved')])

  const next = fakeStream()
  holdStreams(next.client).resume()
  expect(next.client.stream).toHaveBeenCalledWith(URL_A, { create: 'on-open' })
  expect(next.handle.close).not.toHaveBeenCalled()
  next.outbox.set([write('saved')])
  next.status.set({ ...base, state: 'live', transport: 'sse' })
  next.outbox.set([])
  expect(next.handle.close).toHaveBeenCalledOnce()

  const last = fakeStream()
  holdStreams(last.client).resume()
  expect(last.client.stream).not.toHaveBeenCalled()
})

test('a refused write waits for a person, not for the network', () => {
  const { client, handle, outbox } = fakeStream()
  const release = holdStreams(client).hold(URL_A, {})
  outbox.set([write('rejected')])
  release()
  expect(handle.close).toHaveBeenCalledOnce()
})

test('what is stored and no list of addresses is nothing', () => {
  const { client } = fakeStream()
  for (const stored of ['{', '7', '["no address",3]']) {
    localStorage.setItem('strandline:unsent', stored)
    holdStreams(client).resume()
  }
  expect(client.stream).not.toHaveBeenCalled()
})

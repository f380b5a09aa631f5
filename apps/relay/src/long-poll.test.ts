import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRelay, type Relay, type RelayOptions } from './index.ts'
import { memoryStore } from './stores/memory.ts'
import { ask, codeOf, post, put } from './testing/client.ts'
import { SseReader } from './testing/sse.ts'

let relay: Relay

function start(more: Partial<RelayOptions> = {}): void {
  relay = createRelay({ store: memoryStore(), ...more })
}

beforeEach(() => {
  vi.useFakeTimers()
  start()
})
afterEach(async () => {
  const closing = relay.close()
  await vi.advanceTimersByTimeAsync(2000)
  await closing
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const tail = async (path: string) => new SseReader(await ask(relay, `${path}?offset=-1&live=sse`))

describe('long-poll', () => {
  it('waits for an append', async () => {
    await put(relay, 'a', { body: '[1]' })
    const polling = ask(relay, 'a?offset=now&live=long-poll')
    await vi.advanceTimersByTimeAsync(5000)
    expect(relay.stats().tails).toBe(1)
    await post(relay, 'a', '2')
    const answer = await polling
    expect(answer.status).toBe(200)
    expect(await answer.json()).toEqual([2])
    expect(relay.stats().tails).toBe(0)
  })

  it('says after its time that nothing came', async () => {
    await put(relay, 'a')
    const polling = ask(relay, 'a?offset=-1&live=long-poll')
    await vi.advanceTimersByTimeAsync(20_000)
    const answer = await polling
    expect(answer.status).toBe(204)
    expect(answer.headers.get('Stream-Up-To-Date')).toBe('true')
    expect(answer.headers.get('Stream-Cursor')).toMatch(/^\d+$/)
  })

  it('ends when the stream closes, goes, or is another one', async () => {
    await put(relay, 'a')
    const closing = ask(relay, 'a?offset=-1&live=long-poll')
    await vi.advanceTimersByTimeAsync(1)
    await ask(relay, 'a', { method: 'POST', headers: { 'Stream-Closed': 'true' } })
    expect((await closing).status).toBe(204)
    expect((await closing).headers.get('Stream-Closed')).toBe('true')

    await put(relay, 'b')
    const gone = ask(relay, 'b?offset=-1&live=long-poll')
    await vi.advanceTimersByTimeAsync(1)
    await ask(relay, 'b', { method: 'DELETE' })
    expect((await gone).status).toBe(404)
  })

  it('stops waiting when its reader hangs up or the relay closes', async () => {
    await put(relay, 'a')
    const leaving = new AbortController()
    const left = ask(relay, 'a?offset=-1&live=long-poll', { signal: leaving.signal })
    const waiting = ask(relay, 'a?offset=-1&live=long-poll')
    await vi.advanceTimersByTimeAsync(1)
    expect(relay.stats().tails).toBe(2)
    leaving.abort()
    await left
    expect(relay.stats().tails).toBe(1)
    await relay.close()
    expect((await waiting).status).toBe(204)
    expect(relay.stats().tails).toBe(0)
  })
})

describe('too many readers', () => {
  it('of one stream, or in all, are told to wait', async () => {
    start({ limits: { tailsPerStream: 2, tails: 3, retryAfter: 2500 } })
    await put(relay, 'a')
    await put(relay, 'b')
    await tail('a')
    const polling = ask(relay, 'a?offset=-1&live=long-poll')
    await vi.advanceTimersByTimeAsync(1)
    for (const live of ['sse', 'long-poll']) {
      const refused = await ask(relay, `a?offset=-1&live=${live}`)
      expect([refused.status, refused.headers.get('Retry-After')]).toEqual([429, '3'])
      expect(await codeOf(refused)).toBe('too-many-tails')
    }
    const other = await tail('b')
    expect((await ask(relay, 'b?offset=-1&live=sse')).status).toBe(429)
    await other.cancel()
    expect((await ask(relay, 'b?offset=-1&live=sse')).status).toBe(200)
    await relay.close()
    await polling
  })
})

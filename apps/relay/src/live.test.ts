import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createRelay, type Relay, type RelayNews, type RelayOptions } from './index.ts'
import { ask, offsetOf, post, put } from './testing/client.ts'
import { SseReader } from './testing/sse.ts'
import { type WatchedStore, watchedStore } from './testing/watched-store.ts'

let relay: Relay
let news: RelayNews[]
let watched: WatchedStore

function start(more: Partial<RelayOptions> = {}): void {
  relay = createRelay({ store: watched.store, report: (one) => news.push(one), ...more })
}

beforeEach(() => {
  vi.useFakeTimers()
  news = []
  watched = watchedStore()
  start()
})
afterEach(async () => {
  const closing = relay.close()
  await vi.advanceTimersByTimeAsync(2000)
  await closing
  expect(vi.getTimerCount()).toBe(0)
  vi.useRealTimers()
})

const tail = async (path: string, offset = '-1', init = {}) =>
  new SseReader(await ask(relay, `${path}?offset=${offset}&live=sse`, init))

describe('SSE', () => {
  it('gives the same items as a plain read, then what follows (S2-11)', async () => {
    await put(relay, 'a', { body: '[1,{"t":"two\\nlines"}]' })
    const reader = await tail('a')
    const first = await reader.untilUpToDate()
    expect(first.items).toEqual(await (await ask(relay, 'a')).json())
    await post(relay, 'a', '[3,4]')
    const second = await reader.untilUpToDate()
    expect(second.items).toEqual([3, 4])
    expect(second.controls[0]?.streamNextOffset).toBe(offsetOf(await ask(relay, 'a', { method: 'HEAD' })))
  })

  it('delivers a backlog whole, and is up to date after the last of it only', async () => {
    start({ limits: { chunk: 500 } })
    await put(relay, 'a')
    const backlog = Array.from({ length: 2500 }, (_, i) => i)
    for (let i = 0; i < 2500; i += 10) await post(relay, 'a', JSON.stringify(backlog.slice(i, i + 10)))
    const { items, controls } = await (await tail('a')).untilUpToDate()
    expect(items).toEqual(backlog)
    expect(controls.length).toBeGreaterThan(10)
    expect(controls.filter((control) => control.upToDate)).toHaveLength(1)
  })

  it('shows each item once and in order to readers that connect while appends go on (S3-5)', async () => {
    await put(relay, 'a')
    const readers: SseReader[] = []
    for (let i = 0; i < 200; i++) {
      const appending = post(relay, 'a', String(i))
      readers.push(await tail('a'))
      await appending
    }
    await ask(relay, 'a', { method: 'POST', headers: { 'Stream-Closed': 'true' } })
    for (const reader of readers) {
      const items: unknown[] = []
      for (let event = await reader.next(); event; event = await reader.next()) {
        if (event.event === 'data') items.push(...(JSON.parse(event.data) as unknown[]))
      }
      expect(items).toEqual(Array.from({ length: 200 }, (_, i) => i))
    }
  })

  it('reads and encodes an append once for all who wait for it (S3-27)', async () => {
    await put(relay, 'a')
    const readers = await Promise.all(Array.from({ length: 50 }, () => tail('a', 'now')))
    for (const reader of readers) await reader.untilUpToDate()
    watched.reads = 0
    for (let i = 0; i < 3; i++) {
      await post(relay, 'a', String(i))
      for (const reader of readers) expect((await reader.untilUpToDate()).items).toEqual([i])
    }
    expect(watched.reads).toBe(3)
  })

  it('delivers three appends on one wake (S3-19)', async () => {
    await put(relay, 'a')
    const reader = await tail('a', 'now')
    await reader.untilUpToDate()
    await Promise.all([post(relay, 'a', '1'), post(relay, 'a', '2'), post(relay, 'a', '3')])
    const items: unknown[] = []
    while (items.length < 3) items.push(...(await reader.untilUpToDate()).items)
    expect(items).toEqual([1, 2, 3])
  })

  it('tells a reader from past the tail where the tail is, not that it is up to date', async () => {
    await put(relay, 'a', { body: '[1]' })
    const { controls } = await (await tail('a', '0000000000000000_0000000000009999')).untilUpToDate()
    expect(controls[0]).toEqual({
      streamNextOffset: '0000000000000000_0000000000000002',
      streamCursor: expect.any(String),
    })
  })

  it('ends when the stream closes, is deleted or made anew', async () => {
    await put(relay, 'a')
    const closing = await tail('a')
    await closing.untilUpToDate()
    await ask(relay, 'a', { method: 'POST', headers: { 'Stream-Closed': 'true' } })
    expect((await closing.untilUpToDate()).controls).toEqual([
      { streamNextOffset: '0000000000000000_0000000000000000', upToDate: true, streamClosed: true },
    ])
    expect(await closing.next()).toBeUndefined()

    await put(relay, 'b', { body: '[1]' })
    const deleted = await tail('b')
    await deleted.untilUpToDate()
    await ask(relay, 'b', { method: 'DELETE' })
    await put(relay, 'b', { body: '["other"]' })
    expect(await deleted.next()).toBeUndefined()
    expect(relay.stats().tails).toBe(0)
  })

  it('breaks silence with comments, and ends at its age (S2-19, S3-23)', async () => {
    await put(relay, 'a')
    const reader = await tail('a')
    await reader.untilUpToDate()
    await vi.advanceTimersByTimeAsync(15_500)
    expect((await reader.next())?.event).toBe('comment')
    await vi.advanceTimersByTimeAsync(60_000)
    let last: unknown
    for (let event = await reader.next(); event; event = await reader.next()) last = event.event
    expect(last).toBe('comment')
    expect(reader.rest).toBe('')
    expect(relay.stats().tails).toBe(0)
  })

  it('ends all at a frame edge when the relay closes', async () => {
    await put(relay, 'a', { body: '[1]' })
    const readers = await Promise.all([tail('a'), tail('a'), tail('a')])
    for (const reader of readers) await reader.untilUpToDate()
    const closing = relay.close()
    for (const reader of readers) {
      expect(await reader.next()).toBeUndefined()
      expect(reader.rest).toBe('')
    }
    await closing
  })

  it('counts what is open, whichever way it ends (S3-21)', async () => {
    await put(relay, 'a')
    const leaving = new AbortController()
    await tail('a', '-1', { signal: leaving.signal })
    const reader = await tail('a')
    expect(relay.stats().tails).toBe(2)
    leaving.abort()
    leaving.abort()
    expect(relay.stats().tails).toBe(1)
    await reader.cancel()
    expect(relay.stats().tails).toBe(0)
  })

  it('sends binary streams as base64 and says so', async () => {
    const bytes = new Uint8Array(100_000).map((_, i) => i % 256)
    const headers = { 'Content-Type': 'application/octet-stream' }
    await ask(relay, 'a', { method: 'PUT', headers, body: bytes })
    const response = await ask(relay, 'a?offset=-1&live=sse')
    expect(response.headers.get('Stream-SSE-Data-Encoding')).toBe('base64')
    const event = await new SseReader(response).next()
    expect(Buffer.from(event?.data ?? '', 'base64').equals(bytes)).toBe(true)
  })
})

describe('a reader that does not drain', () => {
  it('is read no further for, cut after a while with one line, and has everything when it resumes (S1-63, S3-14)', async () => {
    start({ limits: { tailBuffer: 1000, chunk: 1000, tailStall: 5000 } })
    await put(relay, 'a')
    const stuck = await ask(relay, 'a?offset=-1&live=sse')
    const reader = await tail('a')
    await reader.untilUpToDate()
    const item = JSON.stringify('x'.repeat(500))
    for (let i = 0; i < 100; i++) {
      await post(relay, 'a', item)
      await reader.untilUpToDate()
    }
    expect(relay.stats().tails).toBe(2)
    await vi.advanceTimersByTimeAsync(7000)
    expect(relay.stats().tails).toBe(1)
    expect(news).toEqual([{ event: 'tail-cut', path: 'a', reason: 'stalled' }])

    const text = await stuck.text().catch(() => 'cut')
    expect(text).toBe('cut')
    const again = await (await tail('a')).untilUpToDate()
    expect(again.items).toHaveLength(100)
  })

  it('goes on where it was when it drains in time', async () => {
    start({ limits: { tailBuffer: 1000, chunk: 1000 } })
    await put(relay, 'a')
    const slow = await tail('a')
    for (let i = 0; i < 100; i++) await post(relay, 'a', JSON.stringify('x'.repeat(100) + i))
    await vi.advanceTimersByTimeAsync(3000)
    const items: unknown[] = []
    while (items.length < 100) items.push(...(await slow.untilUpToDate()).items)
    expect(items.map((item) => String(item).slice(100))).toEqual(
      Array.from({ length: 100 }, (_, i) => String(i)),
    )
    expect(news).toEqual([])
  })
})

describe('a store that fails under a tail', () => {
  it('ends it with what was whole, and the reader resumes without a gap (S2-10, S3-16)', async () => {
    await put(relay, 'a', { body: '[1]' })
    const reader = await tail('a')
    const { controls } = await reader.untilUpToDate()
    watched.failing = 'read'
    await post(relay, 'a', '2')
    await expect(reader.next()).rejects.toThrow()
    expect(reader.rest).toBe('')
    expect(relay.stats().tails).toBe(0)
    watched.failing = undefined
    const resumed = await tail('a', String(controls[0]?.streamNextOffset))
    expect((await resumed.untilUpToDate()).items).toEqual([2])
  })
})

describe('a stream with a sliding window', () => {
  it('does not expire while it is tailed', async () => {
    await put(relay, 'a', { headers: { 'Stream-TTL': '5' } })
    await (await tail('a')).untilUpToDate()
    await vi.advanceTimersByTimeAsync(30_000)
    expect((await ask(relay, 'a', { method: 'HEAD' })).status).toBe(200)
  })
})

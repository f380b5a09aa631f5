import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Sink } from './channel.ts'
import { isPush } from './exchange.ts'
import { exchangeOf } from './hosts/fetch.ts'
import { createRelay, type Relay, type RelayNews, type RelayOptions } from './index.ts'
import { ask, codeOf, post, put } from './testing/client.ts'
import { SseReader } from './testing/sse.ts'
import { type WatchedStore, watchedStore } from './testing/watched-store.ts'

const STREAM = 'http://relay.test/v1/stream/'

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
  vi.useRealTimers()
})

const tail = async (path: string) => new SseReader(await ask(relay, `${path}?offset=-1&live=sse`))

/** Opens a tail whose sender is `sink`, as a host with sockets of its own does. */
async function connect(path: string, sink: Sink): Promise<void> {
  const request = new Request(`${STREAM}${path}?offset=-1&live=sse`)
  const { body } = await relay.answer(exchangeOf(request))
  if (!isPush(body)) throw new Error('a live answer is pushed')
  body.connect(sink)
}

const dead = (): Sink => ({
  ready: true,
  push: () => {
    throw new Error('the socket is gone')
  },
  end: () => {
    throw new Error('the socket is gone')
  },
  fail: () => {
    throw new Error('the socket is gone')
  },
})

it('an append that is not stored is seen by no tail (S3-18)', async () => {
  await put(relay, 'a')
  const reader = await tail('a')
  await reader.untilUpToDate()
  watched.failing = 'commit'
  expect((await post(relay, 'a', '"lost"')).status).toBe(503)
  watched.failing = undefined
  await post(relay, 'a', '"kept"')
  expect((await reader.untilUpToDate()).items).toEqual(['kept'])
})

it('a reader that leaves in a long replay is read no further for (S3-15)', async () => {
  start({ limits: { chunk: 10, tailBuffer: 1 } })
  await put(relay, 'a')
  for (let i = 0; i < 100; i++) await post(relay, 'a', '"0123456789"')
  watched.reads = 0
  const reader = await tail('a')
  for (let i = 0; i < 4; i++) await reader.next()
  await reader.cancel()
  await vi.advanceTimersByTimeAsync(100)
  expect(relay.stats().tails).toBe(0)
  expect(watched.reads).toBeLessThan(6)
})

it('a socket that is dead at the first write is no tail, and harms no other (S3-22, S3-26)', async () => {
  await put(relay, 'a')
  const reader = await tail('a')
  await connect('a', dead())
  await vi.advanceTimersByTimeAsync(0)
  expect(relay.stats().tails).toBe(1)
  await post(relay, 'a', '1')
  expect((await reader.untilUpToDate()).controls).toHaveLength(1)
  expect((await reader.untilUpToDate()).items).toEqual([1])
  expect(news).toEqual([])
})

it('of a stream that goes, or is another one, before the tail begins: it ends, and none is left (S2-29)', async () => {
  for (const again of [false, true]) {
    await put(relay, 'a', { body: '[1]' })
    const { body } = await relay.answer(exchangeOf(new Request(`${STREAM}a?offset=-1&live=sse`)))
    if (!isPush(body)) throw new Error('a live answer is pushed')
    await ask(relay, 'a', { method: 'DELETE' })
    if (again) await put(relay, 'a', { body: '["of another life"]' })
    const pushed: string[] = []
    let ended = false
    body.connect({
      ready: true,
      push: (frame) => pushed.push(Buffer.from(frame).toString()),
      end: () => {
        ended = true
      },
      fail: () => {
        ended = true
      },
    })
    await vi.advanceTimersByTimeAsync(10)
    expect(ended).toBe(true)
    expect(pushed.join('')).not.toContain('another life')
    expect(relay.stats().tails).toBe(0)
    await ask(relay, 'a', { method: 'DELETE' })
  }
})

it('a socket that dies later keeps no other from its end (S3-22)', async () => {
  await put(relay, 'a')
  await connect('a', { ...dead(), push: () => {} })
  const reader = await tail('a')
  await reader.untilUpToDate()
  await relay.close()
  expect(await reader.next()).toBeUndefined()
  expect(reader.rest).toBe('')
  expect(relay.stats().tails).toBe(0)
})

it('ends with its permission; who comes back without one is told so (S2-32)', async () => {
  const until = Date.now() + 5000
  start({
    authorize: () =>
      Date.now() < until
        ? { ok: true, until }
        : { ok: false, code: 'unauthorized', message: 'the session is over' },
  })
  await put(relay, 'a')
  const reader = await tail('a')
  await reader.untilUpToDate()
  await vi.advanceTimersByTimeAsync(7000)
  expect(await reader.next()).toBeUndefined()
  expect(reader.rest).toBe('')
  for (const path of ['a', 'a?offset=-1&live=sse']) {
    const answer = await ask(relay, path)
    expect([answer.status, await codeOf(answer)]).toEqual([401, 'unauthorized'])
  }
  expect((await post(relay, 'a', '1')).status).toBe(401)
})

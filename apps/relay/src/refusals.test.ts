import { describe, expect, it } from 'vitest'
import { createRelay, type Relay, type RelayOptions, type Store } from './index.ts'
import { memoryStore } from './stores/memory.ts'
import { ask, codeOf, offsetOf, post, put } from './testing/client.ts'

const relayOf = (more: Partial<RelayOptions> = {}): Relay => createRelay({ store: memoryStore(), ...more })
const get = (relay: Relay, path: string) => ask(relay, path)
const head = (relay: Relay, path: string) => ask(relay, path, { method: 'HEAD' })
const producer = (epoch: number, seq: number) => ({
  'Producer-Id': 'p',
  'Producer-Epoch': String(epoch),
  'Producer-Seq': String(seq),
})

describe('refusals', () => {
  it.each([
    ['GET', '/v1/stream/none', 404, 'not-found'],
    ['GET', '/v1/stream/none?offset=-1&live=sse', 404, 'not-found'],
    ['POST', '/v1/stream/none', 404, 'not-found'],
    ['DELETE', '/v1/stream/none', 404, 'not-found'],
    ['GET', '/v1/stream/a?live=push&offset=-1', 400, 'invalid-request'],
    ['GET', '/v1/stream/a?live=sse', 400, 'invalid-offset'],
    ['GET', '/v1/stream/%E0%A4%A', 400, 'invalid-path'],
    ['GET', '/v1/stream/', 400, 'invalid-path'],
    ['GET', '/nowhere', 404, 'no-route'],
    ['PUT', '/v1/stream/__ds/subscriptions/x', 404, 'no-route'],
    ['PATCH', '/v1/stream/a', 405, 'method-not-allowed'],
    ['POST', '/v1/stream/a', 400, 'empty-body'],
  ])('%s %s is %i %s, as JSON (S0-31, S2-9, S2-21, S2-25)', async (method, path, status, code) => {
    const relay = relayOf()
    await put(relay, 'a')
    const answer = await ask(relay, path, { method })
    expect(answer.status).toBe(status)
    expect(answer.headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(answer.headers.get('Cache-Control')).toBe('no-store')
    if (status === 405) expect(answer.headers.get('Allow')).toContain('DELETE')
    expect(await codeOf(answer)).toBe(code)
  })

  it('of an append change nothing and carry the tail (S0-36, S2-3, S2-4, S2-6)', async () => {
    const relay = relayOf()
    await put(relay, 'a')
    await post(relay, 'a', '1', { ...producer(2, 0), 'Stream-Seq': '5' })
    const before = await (await get(relay, 'a')).text()
    const tail = offsetOf(await head(relay, 'a'))
    const refusals: [string, Record<string, string>, number, string][] = [
      ['{', {}, 400, 'invalid-json'],
      ['[]', {}, 400, 'empty-body'],
      ['2', { 'Content-Type': 'text/plain' }, 409, 'content-type-mismatch'],
      ['2', { 'Stream-Seq': '5' }, 409, 'stream-seq-conflict'],
      ['2', producer(1, 0), 403, 'stale-epoch'],
      ['2', producer(3, 1), 400, 'epoch-not-at-zero'],
      ['2', producer(2, 7), 409, 'producer-gap'],
      ['2', { 'Producer-Id': 'p' }, 400, 'invalid-header'],
      ['2', { ...producer(2, 1), 'Producer-Seq': '1e0' }, 400, 'invalid-header'],
    ]
    for (const [body, headers, status, code] of refusals) {
      const answer = await post(relay, 'a', body, headers)
      expect([answer.status, await codeOf(answer)]).toEqual([status, code])
      expect(offsetOf(answer)).toBe(tail)
    }
    expect(await (await get(relay, 'a')).text()).toBe(before)
    expect((await post(relay, 'a', '2', producer(2, 1))).status).toBe(200)
  })

  it.each(['Content-Type', 'Producer-Id', 'Stream-Seq', 'Stream-Incarnation'])(
    'of a %s over the limit say which it is',
    async (name) => {
      const relay = relayOf({ limits: { headerValue: 20 } })
      await put(relay, 'a')
      const long = `text/plain; x=${'x'.repeat(7)}`
      const answer = await post(relay, 'a', '1', { ...producer(0, 0), [name]: long })
      expect(answer.status).toBe(400)
      expect(await answer.json()).toEqual({
        error: { code: 'invalid-header', message: `${name} has at most 20 bytes` },
      })
      expect((await post(relay, 'a', '1', { 'Stream-Seq': 'x'.repeat(20) })).status).toBe(204)
    },
  )

  it('take producer fields in a body for plain data (S2-20)', async () => {
    const relay = relayOf()
    await put(relay, 'a')
    await post(relay, 'a', '{"Producer-Id":"p","Producer-Epoch":-1}')
    expect(relay.stats().producers).toBe(0)
  })

  it('say nothing of what went wrong inside (S2-30)', async () => {
    const store = memoryStore()
    const heard: unknown[] = []
    const relay = relayOf({
      store: { ...store, head: () => Promise.reject(new Error('/secret/path exploded')) } as Store,
      report: (news, error) => heard.push([news.event, String(error)]),
    })
    const answer = await get(relay, 'a')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('Retry-After')).toBe('1')
    expect(await answer.text()).not.toContain('secret')
    expect(heard).toEqual([['store-failed', 'Error: /secret/path exploded']])
  })
})

describe('a store that fails', () => {
  it('once: the append is refused, the same one is stored later, and health stays well (S0-11, S2-8)', async () => {
    const inner = memoryStore()
    let failing = false
    const store: Store = {
      head: (path) => inner.head(path),
      read: (state, from, budget) => inner.read(state, from, budget),
      touch: () => {},
      watch: (path, wake) => inner.watch(path, wake),
      sweep: (now) => inner.sweep(now),
      stats: () => inner.stats(),
      close: () => inner.close(),
      commit: (scope, decide) =>
        failing ? Promise.reject(new Error('disk full')) : inner.commit(scope, decide),
    }
    const relay = relayOf({ store })
    await put(relay, 'a')
    failing = true
    const refused = await post(relay, 'a', '1', producer(0, 0))
    expect([refused.status, await codeOf(refused)]).toEqual([503, 'unavailable'])
    expect((await ask(relay, '/health')).status).toBe(200)
    failing = false
    expect((await post(relay, 'a', '1', producer(0, 0))).status).toBe(200)
    expect(await (await get(relay, 'a')).json()).toEqual([1])
  })

  it('to answer holds up no other stream and not the health (S0-19)', async () => {
    const inner = memoryStore()
    const store: Store = Object.assign(Object.create(inner) as Store, {
      head: (path: string) => (path === 'slow' ? new Promise(() => {}) : inner.head(path)),
      commit: inner.commit.bind(inner),
      read: inner.read.bind(inner),
      touch: () => {},
    })
    const relay = relayOf({ store })
    await put(relay, 'a')
    void get(relay, 'slow')
    expect((await get(relay, 'a')).status).toBe(200)
    expect((await ask(relay, '/health')).status).toBe(200)
  })
})

describe('a defect in the relay', () => {
  it('is answered 500, told to those who run it, and ends nothing (S4-7)', async () => {
    const news: string[] = []
    const store = memoryStore()
    store.touch = () => {
      throw new TypeError('/home/ann/relay.ts: x is not a function')
    }
    const relay = relayOf({ store, report: ({ event }) => news.push(event) })
    await put(relay, 'a')
    const answer = await get(relay, 'a')
    expect(answer.status).toBe(500)
    expect(await answer.json()).toEqual({
      error: { code: 'internal', message: 'the relay failed; nothing was stored' },
    })
    expect(news).toEqual(['fault'])
    expect((await head(relay, 'a')).status).toBe(200)
  })
})

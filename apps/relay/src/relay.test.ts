import { describe, expect, it } from 'vitest'
import { createRelay, type Relay, type RelayOptions } from './index.ts'
import { memoryStore } from './stores/memory.ts'
import { ask, codeOf, JSON_TYPE, offsetOf, post, put } from './testing/client.ts'

const relayOf = (more: Partial<RelayOptions> = {}): Relay => createRelay({ store: memoryStore(), ...more })
const get = (relay: Relay, path: string, headers: Record<string, string> = {}) =>
  ask(relay, path, { headers })
const head = (relay: Relay, path: string) => ask(relay, path, { method: 'HEAD' })
const incarnationOf = (response: Response) => response.headers.get('Stream-Incarnation') ?? ''
const producer = (epoch: number, seq: number) => ({
  'Producer-Id': 'p',
  'Producer-Epoch': String(epoch),
  'Producer-Seq': String(seq),
})

describe('incarnations', () => {
  it('name the life on every answer of a stream', async () => {
    const relay = relayOf()
    const made = incarnationOf(await put(relay, 'a'))
    expect(made).toMatch(/^[\w-]{16}$/)
    const answers = [
      await put(relay, 'a'),
      await post(relay, 'a', '1'),
      await post(relay, 'a', '{'),
      await head(relay, 'a'),
      await get(relay, 'a'),
      await get(relay, 'a?offset=now'),
      await get(relay, 'a?offset=-1&live=long-poll'),
      await get(relay, 'a?offset=-1&live=sse'),
      await put(relay, 'a', { headers: { 'Content-Type': 'text/plain' } }),
      await ask(relay, 'a', { method: 'DELETE' }),
    ]
    for (const answer of answers) expect(incarnationOf(answer)).toBe(made)
    await relay.close()
  })

  it('change when a path is made anew', async () => {
    const relay = relayOf()
    const first = incarnationOf(await put(relay, 'a'))
    await ask(relay, 'a', { method: 'DELETE' })
    expect(incarnationOf(await put(relay, 'a'))).not.toBe(first)
  })

  it('are a precondition on every verb: another life is refused and nothing changes', async () => {
    const relay = relayOf()
    await put(relay, 'a')
    await post(relay, 'a', '1')
    const meant = { 'Stream-Incarnation': 'AAAAAAAAAAAAAAAA' }
    const answers = [
      await put(relay, 'a', { headers: meant }),
      await post(relay, 'a', '2', meant),
      await post(relay, 'a', '{', { ...meant, ...producer(0, 9) }),
      await get(relay, 'a', meant),
      await get(relay, 'a?offset=-1&live=sse', meant),
      await get(relay, 'a?offset=-1&live=long-poll', meant),
      await ask(relay, 'a', { method: 'DELETE', headers: meant }),
    ]
    for (const answer of answers) {
      expect(answer.status).toBe(412)
      expect(await codeOf(answer)).toBe('incarnation-mismatch')
    }
    expect(await (await get(relay, 'a')).json()).toEqual([1])
  })

  it('let the life that is meant through', async () => {
    const relay = relayOf()
    const meant = { 'Stream-Incarnation': incarnationOf(await put(relay, 'a')) }
    expect((await post(relay, 'a', '1', meant)).status).toBe(204)
    expect((await get(relay, 'a', meant)).status).toBe(200)
  })
})

describe('a read from past the tail', () => {
  it('is answered with the tail, empty, and not as up to date', async () => {
    const relay = relayOf()
    await put(relay, 'a', { body: '[1]' })
    const tail = offsetOf(await head(relay, 'a'))
    const past = '0000000000000000_0000000000009999'
    for (const live of ['', '&live=long-poll']) {
      const answer = await get(relay, `a?offset=${past}${live}`)
      expect(answer.status).toBe(200)
      expect(await answer.json()).toEqual([])
      expect(offsetOf(answer)).toBe(tail)
      expect(answer.headers.get('Stream-Up-To-Date')).toBeNull()
    }
    const caughtUp = await get(relay, `a?offset=${tail}`)
    expect(caughtUp.headers.get('Stream-Up-To-Date')).toBe('true')
  })

  it.each(['abc', '-5', '1.5', '', 'x'.repeat(10_000), '0000000000000000_0000000000000001'])(
    'differs from one at %j, which was never issued (S3-2)',
    async (offset) => {
      const relay = relayOf()
      await put(relay, 'a', { body: '[1,2,3]' })
      for (const live of ['', '&live=long-poll', '&live=sse']) {
        const answer = await get(relay, `a?offset=${offset}${live}`)
        expect(answer.status).toBe(400)
        expect(answer.headers.get('Content-Type')).toBe('application/json')
        expect(await codeOf(answer)).toBe('invalid-offset')
      }
    },
  )
})

describe('other origins', () => {
  const page = { Origin: 'https://app.example' }

  it('may send and see every header of the protocol (S0-10)', async () => {
    const relay = relayOf()
    const preflight = await ask(relay, 'a', { method: 'OPTIONS', headers: page })
    expect(preflight.status).toBe(204)
    for (const name of [
      'Stream-TTL',
      'Stream-Closed',
      'Stream-Incarnation',
      'Producer-Id',
      'Authorization',
    ]) {
      expect(preflight.headers.get('Access-Control-Allow-Headers')).toContain(name)
    }
    await put(relay, 'a')
    const answers = [await post(relay, 'a', '1', page), await get(relay, 'a'), await get(relay, 'none', page)]
    for (const answer of answers) {
      expect(answer.headers.get('Access-Control-Allow-Origin')).toBe('*')
      for (const name of [
        'Stream-Next-Offset',
        'Stream-Incarnation',
        'Producer-Expected-Seq',
        'Retry-After',
        'ETag',
      ]) {
        expect(answer.headers.get('Access-Control-Expose-Headers')).toContain(name)
      }
    }
  })
})

describe('catching up', () => {
  it('goes by chunks, up to date with the last one only', async () => {
    const relay = relayOf({ limits: { chunk: 10 } })
    await put(relay, 'a')
    for (let i = 0; i < 7; i++) await post(relay, 'a', `"${i}23"`)
    const items: unknown[] = []
    let offset = '-1'
    let pages = 0
    for (let upToDate = false; !upToDate; pages++) {
      const answer = await get(relay, `a?offset=${offset}`)
      items.push(...((await answer.json()) as unknown[]))
      offset = offsetOf(answer) ?? ''
      upToDate = answer.headers.get('Stream-Up-To-Date') === 'true'
      expect(answer.headers.get('Cache-Control')).toBe(
        upToDate ? 'public, no-cache' : 'public, max-age=60, stale-while-revalidate=300',
      )
    }
    expect(items).toHaveLength(7)
    expect(pages).toBe(7)
  })

  it('has an ETag that is of the life, the stretch and the closure', async () => {
    const relay = relayOf()
    await put(relay, 'a', { body: '[1]' })
    const etag = async () => (await get(relay, 'a')).headers.get('ETag') ?? ''
    const first = await etag()
    expect((await get(relay, 'a', { 'If-None-Match': `"x", W/${first}` })).status).toBe(304)
    await ask(relay, 'a', { method: 'POST', headers: { 'Stream-Closed': 'true' } })
    const closed = await etag()
    await ask(relay, 'a', { method: 'DELETE' })
    await put(relay, 'a', { body: '[1]' })
    expect(new Set([first, closed, await etag()]).size).toBe(3)
    expect((await get(relay, 'a', { 'If-None-Match': first })).status).toBe(200)
  })
})

describe('time', () => {
  it('ends a stream that nobody reads or writes, and a path is free then', async () => {
    let now = 0
    const relay = relayOf({ now: () => now })
    const ttl = { headers: { 'Stream-TTL': '10' } }
    const first = incarnationOf(await put(relay, 'a', ttl))
    now = 9_000
    expect((await get(relay, 'a')).status).toBe(200)
    now = 18_000
    expect((await head(relay, 'a')).status).toBe(200)
    now = 19_000
    expect((await head(relay, 'a')).status).toBe(404)
    expect((await post(relay, 'a', '1')).status).toBe(404)
    const again = await put(relay, 'a', ttl)
    expect(again.status).toBe(201)
    expect(incarnationOf(again)).not.toBe(first)
  })

  it('is swept for what is over as traffic goes on', async () => {
    let now = 0
    const relay = relayOf({ now: () => now })
    await put(relay, 'a', { headers: { 'Stream-TTL': '10' } })
    now = 61_000
    await ask(relay, '/health')
    expect(relay.stats().streams).toBe(0)
  })
})

describe('names', () => {
  it('are percent-decoded once and round-trip (S0-33)', async () => {
    const relay = relayOf()
    const name = encodeURIComponent('a b/ü%')
    expect((await put(relay, name, { body: '[1]' })).status).toBe(201)
    expect(await (await get(relay, 'a%20b/%C3%BC%25')).json()).toEqual([1])
  })
})

describe('closing', () => {
  it('twice does no harm; what comes after is refused (S3-17)', async () => {
    const relay = relayOf()
    await Promise.all([relay.close(), relay.close()])
    await relay.close()
    const answer = await put(relay, 'a')
    expect([answer.status, await codeOf(answer)]).toEqual([503, 'unavailable'])
  })

  it('waits for an append that is being stored', async () => {
    const inner = memoryStore()
    const order: string[] = []
    let flush = () => {}
    const flushed = new Promise<void>((resolve) => {
      flush = resolve
    })
    const relay = relayOf({
      store: {
        head: (path) => inner.head(path),
        read: (state, from, budget) => inner.read(state, from, budget),
        touch: () => {},
        watch: (path, wake) => inner.watch(path, wake),
        sweep: (now) => inner.sweep(now),
        stats: () => inner.stats(),
        commit: async (scope, decide) => {
          const verdict = await inner.commit(scope, decide)
          if (scope.path === 'slow') await flushed
          order.push('stored')
          return verdict
        },
        close: async () => void order.push('closed'),
      },
    })
    const appending = put(relay, 'slow')
    await put(relay, 'a')
    const closing = relay.close()
    flush()
    expect((await appending).status).toBe(201)
    await closing
    expect(order).toEqual(['stored', 'stored', 'closed'])
  })
})

describe('fifty appends at once with one sequence number', () => {
  it('store one, however slow their bodies (S2-7)', async () => {
    const relay = relayOf()
    await put(relay, 'a')
    const bodies = Array.from({ length: 50 }, (_, i) => i)
    const answers = await Promise.all(
      bodies.map((i) => {
        const body = new ReadableStream({
          async start(controller) {
            for (let turn = 0; turn < i % 7; turn++) await Promise.resolve()
            controller.enqueue(new TextEncoder().encode(String(i)))
            controller.close()
          },
        })
        const init = { method: 'POST', headers: { ...JSON_TYPE, ...producer(0, 0) }, body, duplex: 'half' }
        return relay.fetch(new Request('http://relay.test/v1/stream/a', init as RequestInit))
      }),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(49)
    expect(await (await get(relay, 'a')).json()).toHaveLength(1)
  })
})

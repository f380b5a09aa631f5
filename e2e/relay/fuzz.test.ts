import { connect } from 'node:net'
import { createRelay } from '@strandline/relay'
import { memoryStore } from '@strandline/relay/memory'
import { serve } from '@strandline/relay/node'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const odd = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string(),
  fc.constantFrom('', '-1', 'now', 'true', '0', '1', '9e9'),
)
const header = fc.oneof(
  fc.string().map((text) => text.replace(/[^\x20-\x7e]/g, '')),
  fc.constantFrom('true', '0', '1', '-1'),
)
const path = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('a', 'b', 'a/b', 'text') },
  { weight: 2, arbitrary: odd.map(encodeURIComponent) },
  { weight: 2, arbitrary: fc.string().map((text) => text.replace(/[\s#?]/g, '%')) },
)
const offset = fc.oneof(
  odd,
  fc.nat(40).map((at) => `0000000000000000_${String(at).padStart(16, '0')}`),
)
const query = fc.dictionary(
  fc.constantFrom('offset', 'live', 'cursor', 'x'),
  fc.oneof(offset, fc.constantFrom('sse', 'long-poll')),
  {
    maxKeys: 3,
  },
)
const type = fc.constantFrom(
  'application/json',
  'text/plain',
  'application/octet-stream',
  'x',
  'application/json; charset=x',
)
const headers = fc.dictionary(
  fc.constantFrom(
    'Stream-TTL',
    'Stream-Expires-At',
    'Stream-Closed',
    'Stream-Seq',
    'Stream-Forked-From',
    'Stream-Fork-Offset',
    'Stream-Fork-Sub-Offset',
    'Stream-Incarnation',
    'Producer-Id',
    'Producer-Epoch',
    'Producer-Seq',
    'If-None-Match',
    'Origin',
    'Upgrade',
  ),
  fc.oneof(
    header,
    offset.map((text) => text.replace(/[^\x20-\x7e]/g, '')),
    fc.constantFrom('/v1/stream/a', '/v1/stream/b'),
  ),
  { maxKeys: 5 },
)
const body = fc.oneof(
  fc.uint8Array({ maxLength: 200 }),
  fc.json().map((text) => new TextEncoder().encode(text)),
)
const request = fc.record({
  method: fc.constantFrom('GET', 'GET', 'PUT', 'POST', 'POST', 'HEAD', 'DELETE', 'OPTIONS', 'PATCH'),
  path,
  query,
  headers,
  type,
  body,
})

type Made = typeof request extends fc.Arbitrary<infer T> ? T : never

function make({ body, headers, method, path, query, type }: Made, signal: AbortSignal): Request | undefined {
  const url = `http://relay.test/v1/stream/${path}?${new URLSearchParams(query)}`
  const bare = method === 'GET' || method === 'HEAD'
  try {
    return new Request(url, {
      method,
      signal,
      headers: { ...headers, 'Content-Type': type },
      ...(!bare && { body: body as BodyInit }),
    })
  } catch {
    return undefined
  }
}

describe('any requests', () => {
  it('in any order: no fault, no hang, one form of refusal, nothing left over', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(request, { maxLength: 40 }), async (requests) => {
        const faults: unknown[] = []
        const relay = createRelay({
          store: memoryStore(),
          limits: { longPoll: 1 },
          report: (news, error) => faults.push(news, error),
        })
        for (const one of requests) {
          const leaving = new AbortController()
          const made = make(one, leaving.signal)
          if (!made) continue
          const response = await relay.fetch(made)
          expect(response.status).toBeLessThan(500)
          if (response.status >= 400 && one.method !== 'HEAD') {
            expect(await response.json()).toMatchObject({
              error: { code: expect.any(String), message: expect.any(String) },
            })
          } else if (one.query.live !== 'sse') await response.arrayBuffer()
          leaving.abort()
        }
        expect(faults).toEqual([])
        expect(relay.stats().tails).toBe(0)
        await relay.close()
      }),
      { numRuns: 300 },
    )
  }, 240_000)
})

describe('any bytes', () => {
  it('on a socket: the relay lives and answers the next request', async () => {
    const faults: unknown[] = []
    const relay = createRelay({ store: memoryStore(), report: (news, error) => faults.push(news, error) })
    const served = await serve(relay, { port: 0, host: '127.0.0.1' })
    const port = Number(new URL(served.url).port)
    const line = fc.constantFrom(
      'GET /v1/stream/a HTTP/1.1\r\n',
      'POST /v1/stream/a HTTP/1.1\r\n',
      'PUT /v1/stream/a HTTP/1.1\r\n',
    )
    const field = fc.constantFrom(
      'Host: x\r\n',
      'Host: [\r\n',
      'Content-Length: 5\r\n',
      'Transfer-Encoding: chunked\r\n',
      'Content-Type: application/json\r\n',
      'Connection: keep-alive\r\n',
      'Expect: 100-continue\r\n',
      '\r\n',
      '5\r\nhello\r\n0\r\n\r\n',
      '[1,2]',
    )
    const part = fc.oneof(line, field, fc.uint8Array({ maxLength: 50 }))
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 12 }), async (parts) => {
        const socket = connect(port, '127.0.0.1')
        socket.on('error', () => {})
        await new Promise((resolve) => socket.once('connect', resolve))
        for (const one of parts) socket.write(one)
        await new Promise((resolve) => setTimeout(resolve, 2))
        socket.destroy()
        expect((await fetch(`${served.url}/health`)).status).toBe(200)
      }),
      { numRuns: 200 },
    )
    expect(faults).toEqual([])
    await served.close()
    expect(relay.stats().tails).toBe(0)
  }, 240_000)
})

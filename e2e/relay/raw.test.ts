import { connect, type Socket } from 'node:net'
import { createRelay, type Relay } from '@strandline/relay'
import { memoryStore } from '@strandline/relay/memory'
import { type Served, serve } from '@strandline/relay/node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const JSON_TYPE = 'Content-Type: application/json\r\n'

let relay: Relay
let served: Served
let port: number
/** The same relay behind a host that is soon out of patience. */
let hasty: Served
const news: string[] = []

beforeAll(async () => {
  relay = createRelay({
    store: memoryStore(),
    limits: { body: 1000 },
    report: ({ event }) => news.push(event),
  })
  served = await serve(relay, { port: 0, host: '127.0.0.1' })
  hasty = await serve(relay, { port: 0, host: '127.0.0.1', timeouts: { headers: 400, request: 800 } })
  port = Number(new URL(served.url).port)
  await fetch(`${served.url}/v1/stream/a`, { method: 'PUT', headers: { 'Content-Type': 'application/json' } })
})
afterAll(async () => {
  await hasty.close()
  await served.close()
  expect(news).toEqual([])
})

async function open(of = served): Promise<Socket> {
  const socket = connect(Number(new URL(of.url).port), '127.0.0.1')
  await new Promise((resolve) => socket.once('connect', resolve))
  socket.on('error', () => {})
  return socket
}

/** Sends bytes as they are; resolves with all that comes back until the relay closes, or until it ends with `end`. */
async function exchange(bytes: string | Buffer, { of = served, end = '' } = {}): Promise<string> {
  const socket = await open(of)
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk
    if (end && text.endsWith(end)) socket.destroy()
  })
  socket.write(bytes)
  await new Promise((resolve) => socket.once('close', resolve))
  return text
}

const request = (line: string, headers = '', body = '') =>
  exchange(`${line}\r\nHost: localhost\r\nConnection: close\r\n${headers}\r\n${body}`)

function expectRefusal(text: string, status: number, code?: string): void {
  expect(text.slice(0, 12)).toBe(`HTTP/1.1 ${status}`)
  const body = text.slice(text.indexOf('\r\n\r\n') + 4).replace(/^[0-9a-f]+\r\n|\r\n0\r\n\r\n$/g, '')
  const { error } = JSON.parse(body) as { error: { code: string; message: string } }
  if (code) expect(error.code).toBe(code)
  expect(error.message).not.toMatch(/\n|file:|node_modules/)
}

async function expectWell(): Promise<void> {
  const answer = await fetch(`${served.url}/health`)
  expect(answer.status).toBe(200)
}

describe('a request', () => {
  it('without a Host, as of HTTP/1.0, is answered (S0-26)', async () => {
    const text = await exchange('GET /v1/stream/a HTTP/1.0\r\n\r\n')
    expect(text).toMatch(/^HTTP\/1\.1 (200|400)/)
    await expectWell()
  })

  it.each(['[', 'a b', '%00', '::', 'a:b:c', '\u0001'])(
    'with the Host %j gets a status line (S0-26)',
    async (host) => {
      const text = await exchange(`GET /v1/stream/a HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
      expect(text).toMatch(/^HTTP\/1\.1 (200|400)/)
      await expectWell()
    },
  )

  it.each([
    ['/v1/stream/%E0%A4%A', 400, 'invalid-path'],
    ['/v1/stream/a%00b', 400, 'invalid-path'],
    ['/v1/stream/a%2f..%2fb', 400, 'invalid-path'],
    ['/v1/stream/a/../../../etc/passwd', 400, 'invalid-path'],
    ['/v1/stream/%2e%2e/%2e%2e/x', 400, 'invalid-path'],
    [`/v1/stream/${'x'.repeat(1025)}`, 414, 'path-too-long'],
    ['/v1/stream/a?offset=%00', 400, 'invalid-offset'],
  ])('to %s is refused with %i (S2-21)', async (path, status, code) => {
    expectRefusal(await request(`GET ${path} HTTP/1.1`), status, code)
    await expectWell()
  })

  it.each([
    'GARBAGE\r\n\r\n',
    'GET /v1/stream/a\u0000 HTTP/1.1\r\nHost: localhost\r\n\r\n',
    'GET /v1/stream/a HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n',
    'POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    'POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n',
    'POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  ])('that is not HTTP is refused as JSON: %j', async (bytes) => {
    expectRefusal(await exchange(bytes), 400)
    await expectWell()
  })

  it('with a mebibyte of headers is refused', async () => {
    const lines = Array.from({ length: 1024 }, (_, i) => `X-${i}: ${'x'.repeat(1000)}\r\n`).join('')
    expectRefusal(await request('GET /v1/stream/a HTTP/1.1', lines), 431, 'headers-too-large')
    await expectWell()
  })

  it('whose headers never end is dropped (S3-23)', async () => {
    const text = await exchange('GET /v1/stream/a HTTP/1.1\r\nHost: local', { of: hasty })
    expectRefusal(text, 408, 'timeout')
    await expectWell()
  })

  it('to upgrade to a WebSocket is refused with what is served instead', async () => {
    const headers =
      'Upgrade: websocket\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\n'
    const text = await exchange(
      `GET /v1/stream/a HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n${headers}\r\n`,
      { end: '\r\n0\r\n\r\n' },
    )
    expectRefusal(text, 426, 'upgrade-refused')
    await expectWell()
  })
})

describe('a body', () => {
  const tail = async () =>
    (await fetch(`${served.url}/v1/stream/a`, { method: 'HEAD' })).headers.get('Stream-Next-Offset')

  it('that stops half-way appends nothing', async () => {
    const before = await tail()
    const socket = await open()
    socket.write(
      `POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}Content-Length: 100\r\n\r\n[1,2`,
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    await expectWell()
    expect(await tail()).toBe(before)
  })

  it('that comes too slowly is given up on', async () => {
    const before = await tail()
    const text = await exchange(
      `POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}Content-Length: 100\r\n\r\n[1,2`,
      { of: hasty },
    )
    expectRefusal(text, 408, 'timeout')
    expect(await tail()).toBe(before)
  })

  it.each([
    ['declared', `Content-Length: 1001\r\n`, `"${'x'.repeat(999)}"`],
    ['chunked', 'Transfer-Encoding: chunked\r\n', `3e9\r\n"${'x'.repeat(999)}"\r\n0\r\n\r\n`],
  ])('one byte over the limit, %s, is refused (S0-18, S3-12)', async (_, header, body) => {
    const before = await tail()
    expectRefusal(await request('POST /v1/stream/a HTTP/1.1', JSON_TYPE + header, body), 413, 'too-large')
    expect(await tail()).toBe(before)
    await expectWell()
  })

  it.each([
    ['declared', `Content-Length: 1000\r\n`, `"${'x'.repeat(998)}"`],
    ['chunked', 'Transfer-Encoding: chunked\r\n', `3e8\r\n"${'x'.repeat(998)}"\r\n0\r\n\r\n`],
  ])('at the limit, %s, is taken', async (_, header, body) => {
    expect(await request('POST /v1/stream/a HTTP/1.1', JSON_TYPE + header, body)).toMatch(/^HTTP\/1\.1 204/)
  })

  it('that never ends is cut off at the limit, not buffered (S0-18)', async () => {
    const socket = await open()
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.write(
      `POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\n${JSON_TYPE}Transfer-Encoding: chunked\r\n\r\n`,
    )
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
    while (text === '' && !socket.destroyed) {
      socket.write(chunk)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    socket.destroy()
    expect(text).toMatch(/^HTTP\/1\.1 413/)
    await expectWell()
  })

  it('that is not UTF-8 is refused in JSON mode', async () => {
    const head = `POST /v1/stream/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${JSON_TYPE}Content-Length: 4\r\n\r\n`
    const text = await exchange(Buffer.concat([Buffer.from(head), Buffer.from([0x22, 0xc3, 0x28, 0x22])]))
    expectRefusal(text, 400, 'invalid-json')
  })
})

describe('deep JSON', () => {
  it('of ten thousand levels is stored and read back', async () => {
    const deep = createRelay({ store: memoryStore() })
    const host = await serve(deep, { port: 0, host: '127.0.0.1' })
    const headers = { 'Content-Type': 'application/json' }
    const item = `[${'['.repeat(10_000)}${']'.repeat(10_000)}]`
    await fetch(`${host.url}/v1/stream/deep`, { method: 'PUT', headers })
    const answer = await fetch(`${host.url}/v1/stream/deep`, { method: 'POST', headers, body: item })
    expect(answer.status).toBe(204)
    expect(await (await fetch(`${host.url}/v1/stream/deep`)).text()).toBe(item)
    await host.close()
  })
})

describe('a port that is taken', () => {
  it('rejects a second start; the first one goes on (S0-16)', async () => {
    const second = createRelay({ store: memoryStore() })
    await expect(serve(second, { port, host: '127.0.0.1' })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await second.close()
    await expectWell()
  })
})

describe('connections', () => {
  it('a hundred of them reset mid-tail leave nothing behind (S4-13)', async () => {
    const sockets = await Promise.all(
      Array.from({ length: 100 }, async () => {
        const socket = await open()
        socket.write('GET /v1/stream/a?offset=-1&live=sse HTTP/1.1\r\nHost: localhost\r\n\r\n')
        await new Promise((resolve) => socket.once('data', resolve))
        return socket
      }),
    )
    expect(relay.stats().tails).toBe(100)
    for (const socket of sockets) socket.resetAndDestroy()
    await expect.poll(() => relay.stats().tails, { timeout: 30_000 }).toBe(0)
    await expectWell()
  })

  it('a hundred that just go away leave nothing behind either (S0-32)', async () => {
    const leaving = new AbortController()
    const url = `${served.url}/v1/stream/a?offset=-1&live=sse`
    await Promise.all(Array.from({ length: 100 }, () => fetch(url, { signal: leaving.signal })))
    leaving.abort()
    await expect.poll(() => relay.stats().tails, { timeout: 30_000 }).toBe(0)
  })
})

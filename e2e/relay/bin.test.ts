import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runRelay, scratch, signToken, startRelay } from './process.ts'

let folder: { path: string; remove: () => Promise<void> }
beforeAll(async () => {
  folder = await scratch()
})
afterAll(() => folder.remove())

let count = 0
const fresh = () => join(folder.path, `data-${++count}`)
const JSON_TYPE = { 'Content-Type': 'application/json' }

describe('settings that cannot be used', () => {
  it.each(['80x', 'abc', '0', '-1', '70000', '1.5', '', ' 80'])(
    'PORT=%j: one line that names it, exit 1 (S0-17)',
    async (PORT) => {
      const { code, err, out } = await runRelay(['--data', fresh()], { PORT })
      expect([code, out]).toEqual([1, ''])
      expect(err).toMatch(/^strandline-relay: PORT must be a whole number.*\n$/)
    },
  )

  it.each([
    [['--port', 'x'], /--port must be/],
    [['--bogus'], /bogus/],
    [['--host', '0.0.0.0'], /JWT_SECRET or JWKS_URL, or pass --open/],
    [['--jwt-secret', 'short'], /at least 32 bytes/],
    [['--jwks-url', 'nowhere'], /not a URL/],
    [['--web', '/nonexistent'], /no .*index\.html/],
    [['--allow-host', 'a.example:80'], /ALLOW_HOST takes host names without ports/],
    [['--allow-host', 'a.example', '--open'], /ALLOW_HOST is for a relay without/],
    [['--data', '/proc/nowhere'], /DATA_DIR .* cannot be written/],
    [['--data', '/etc/hostname/x'], /DATA_DIR .* cannot be written/],
    [['--host', '203.0.113.7', '--open'], /HOST 203\.0\.113\.7/],
  ])('%j: one line, exit 1, no stack', async (args, message) => {
    const { code, err } = await runRelay(['--data', fresh(), ...args])
    expect(code).toBe(1)
    expect(err).toMatch(message)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
  })
})

describe('two relays', () => {
  it('on one port: the second says so and exits 1', async () => {
    const first = await startRelay(['--data', fresh()])
    const { port } = new URL(first.url)
    const { code, err } = await runRelay(['--data', fresh(), '--port', port])
    expect([code, err]).toEqual([1, `strandline-relay: PORT ${port} is in use on 127.0.0.1\n`])
    await first.end('SIGTERM')
  })

  it('on one folder: the second says so and exits 1; after a crash the folder is free', async () => {
    const data = fresh()
    const first = await startRelay(['--data', data])
    const { code, err } = await runRelay(['--data', data, '--port', '1'])
    expect([code, err]).toEqual([1, `strandline-relay: DATA_DIR ${data} is in use by process ${first.pid}\n`])
    await first.end('SIGKILL')
    const second = await startRelay(['--data', data])
    expect((await second.end('SIGINT')).code).toBe(0)
  })
})

describe('a start with PORT and DATA_DIR alone', () => {
  it('serves, logs nothing, and stops at once when idle', async () => {
    const relay = await startRelay([], { DATA_DIR: fresh() })
    expect(await (await fetch(`${relay.url}/health`)).json()).toEqual({ status: 'ok' })
    expect((await fetch(`${relay.url}/v1/stream/a`, { method: 'PUT' })).status).toBe(201)
    const { code, err } = await relay.end('SIGTERM')
    expect([code, err]).toEqual([0, ''])
  })
})

// Exit 0 is a stop within 2 s: one that takes longer is cut, and says so with 1.
describe('SIGTERM', () => {
  it('ends tails at a frame edge and makes appends in flight durable, within 2 s (S0-29)', async () => {
    const data = fresh()
    const relay = await startRelay(['--data', data])
    const stream = `${relay.url}/v1/stream/a`
    await fetch(stream, { method: 'PUT', headers: JSON_TYPE, body: '["first"]' })
    const tails = await Promise.all(Array.from({ length: 3 }, () => fetch(`${stream}?offset=-1&live=sse`)))
    const texts = tails.map((tail) => tail.text())
    const appends = Array.from({ length: 20 }, (_, i) =>
      fetch(stream, { method: 'POST', headers: JSON_TYPE, body: String(i) }).then(
        (answer) => answer.status,
        () => 0,
      ),
    )
    await Promise.race(appends)
    const { code, err } = await relay.end('SIGTERM')
    expect([code, err]).toEqual([0, ''])
    for (const text of texts) expect(await text).toMatch(/\n\n$/)
    const stored = (await Promise.all(appends)).filter((status) => status === 204).length
    const again = await startRelay(['--data', data])
    const items = (await (await fetch(`${again.url}/v1/stream/a`)).json()) as unknown[]
    expect(stored).toBeGreaterThan(0)
    expect(items.length).toBeGreaterThanOrEqual(1 + stored)
    await again.end('SIGTERM')
  })

  it('is not held up by a reader that does not drain, nor by a body that never ends', async () => {
    const relay = await startRelay(['--data', fresh()])
    const stream = `${relay.url}/v1/stream/a`
    await fetch(stream, { method: 'PUT' })
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(10)) })
    const hanging = fetch(stream, {
      method: 'POST',
      headers: { 'Content-Type': 'application/octet-stream' },
      body,
      duplex: 'half',
    } as RequestInit).catch(() => undefined)
    await fetch(`${stream}?offset=-1&live=sse`)
    expect((await relay.end('SIGTERM')).code).toBe(0)
    await hanging
  })
})

describe('a stop that hangs', () => {
  const logged = ({ err }: { err: string }) => JSON.parse(err) as unknown
  const cut = expect.objectContaining({ level: 'error', event: 'stop-cut' })

  it('is cut at 2 s: one line, exit 1 (S0-29)', async () => {
    const deaf = "import net from 'node:net'; net.Server.prototype.close = function () { return this }"
    const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(deaf)}`
    const relay = await startRelay(['--data', fresh()], { NODE_OPTIONS })
    const ended = await relay.end('SIGTERM')
    expect([ended.code, logged(ended)]).toEqual([1, cut])
    expect(ended.ms).toBeGreaterThanOrEqual(1900)
  })

  it('in the disk, where Node cannot exit, is killed soon after', async () => {
    const data = fresh()
    const relay = await startRelay(['--data', data])
    await promisify(execFile)('mkfifo', [join(data, 'clean')])
    const ended = await relay.end('SIGTERM')
    expect([ended.signal, logged(ended)]).toEqual(['SIGKILL', cut])
  })
})

describe('without credentials, a relay on this machine', () => {
  const ask = (url: string, headers: Record<string, string>) =>
    new Promise<{ status: number | undefined; cors: string | undefined }>((resolve, reject) => {
      const asked = get(url, { headers }, (answer) => {
        answer.resume()
        resolve({
          status: answer.statusCode,
          cors: answer.headers['access-control-allow-origin'],
        })
      })
      asked.once('error', reject)
    })

  it.each([
    [[], 'localhost:1', 'http://localhost:5173', 200],
    [[], 'evil.example', undefined, 403],
    [[], 'localhost', 'https://evil.example', 403],
    [['--allow-host', 'a.example,B.example'], 'b.example', 'https://a.example', 200],
    [['--allow-host', 'a.example'], 'c.example', undefined, 403],
    [['--open'], 'evil.example', 'https://evil.example', 200],
  ])('with %j, asked as %s from %s: %i', async (args, Host, Origin, status) => {
    const relay = await startRelay(['--data', fresh(), ...args])
    const answer = await ask(`${relay.url}/health`, { Host, ...(Origin && { Origin }) })
    expect(answer).toEqual({ status, cors: status === 200 ? '*' : undefined })
    await relay.end('SIGTERM')
  })
})

describe('credentials', () => {
  const secret = 'never to be seen in a log, 32 bytes'

  it('given by the environment are asked for, on any address, and are in no log line', async () => {
    const relay = await startRelay(['--host', '0.0.0.0', '--data', fresh()], { JWT_SECRET: secret })
    const url = relay.url.replace('0.0.0.0', '127.0.0.1')
    expect((await fetch(`${url}/v1/stream/a`, { method: 'PUT' })).status).toBe(401)
    const token = signToken({ sub: 'ann', streams: ['a'], can: ['create'] }, secret)
    const made = await fetch(`${url}/v1/stream/a`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${token}` },
    })
    expect(made.status).toBe(201)
    expect((await fetch(`${url}/v1/stream/a?token=${token}`)).status).toBe(401)
    const { err, out } = await relay.end('SIGTERM')
    expect(err + out).not.toContain(secret)
    expect(err + out).not.toContain(token)
  })
})

describe('--web', () => {
  it('serves a single-page app beside the streams', async () => {
    const web = join(folder.path, 'web')
    await mkdir(join(web, 'assets'), { recursive: true })
    await writeFile(join(web, 'index.html'), '<!doctype html><title>app</title>')
    await writeFile(join(web, 'assets', 'index-B1a2C3d4.js'), 'export {}')
    await writeFile(join(folder.path, 'secret.txt'), 'secret')
    const relay = await startRelay(['--data', fresh(), '--web', web])
    const page = await fetch(`${relay.url}/`)
    expect(page.headers.get('Cache-Control')).toBe('no-cache')
    expect(page.headers.get('Content-Security-Policy')).toContain("connect-src 'self'")
    expect(await page.text()).toContain('<title>app')
    expect(await (await fetch(`${relay.url}/rooms/7`)).text()).toContain('<title>app')
    const etag = page.headers.get('ETag') ?? ''
    expect((await fetch(`${relay.url}/`, { headers: { 'If-None-Match': etag } })).status).toBe(304)
    const script = await fetch(`${relay.url}/assets/index-B1a2C3d4.js`)
    expect(script.headers.get('Cache-Control')).toBe('public, max-age=31536000, immutable')
    expect(script.headers.get('Content-Type')).toContain('text/javascript')
    for (const path of ['/assets/none.js', '/%2e%2e/secret.txt', '/..%2fsecret.txt', '/%E0%A4%A']) {
      const answer = await fetch(relay.url + path)
      expect(answer.status).toBe(404)
      expect(await answer.json()).toHaveProperty('error.code')
    }
    expect((await fetch(`${relay.url}/health`)).status).toBe(200)
    expect((await fetch(`${relay.url}/v1/stream/none`)).status).toBe(404)
    await relay.end('SIGTERM')
    expect(await readdir(web)).toHaveLength(2)
  })
})

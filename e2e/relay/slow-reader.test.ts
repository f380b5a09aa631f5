import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { scratch, startRelay } from './process.ts'

const MiB = 1024 * 1024

let folder: { path: string; remove: () => Promise<void> }
beforeAll(async () => {
  folder = await scratch()
})
afterAll(() => folder.remove())

/** Memory of a process that is its own: pages of mapped files are the system's to take back. */
async function anonymous(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return Number(/RssAnon:\s+(\d+) kB/.exec(status)?.[1]) * 1024
}

it('ends a tail that does not drain while 50 MB go by, in bounded memory; it resumes and has everything', async () => {
  const relay = await startRelay(['--data', folder.path])
  const stream = `${relay.url}/v1/stream/a`
  const headers = { 'Content-Type': 'application/json' }
  await fetch(stream, { method: 'PUT', headers })
  const item = (i: number) => JSON.stringify(`${i} ${'x'.repeat(50_000)}`)
  const append = async (i: number) => {
    const { status } = await fetch(stream, { method: 'POST', headers, body: item(i) })
    expect(status).toBe(204)
  }
  for (let i = 0; i < 200; i++) await append(i)
  const stuck = connect(Number(new URL(relay.url).port), '127.0.0.1')
  stuck.on('error', () => {})
  stuck.pause()
  stuck.write('GET /v1/stream/a?offset=now&live=sse HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await expect.poll(async () => tails(relay.url)).toBe(1)
  const before = await anonymous(relay.pid)
  let most = 0
  for (let i = 200; i < 1200; i++) {
    await append(i)
    if (i % 20 === 0) most = Math.max(most, await anonymous(relay.pid))
  }
  console.log('grew', (most - before) / MiB)
  expect(most - before).toBeLessThan(8 * MiB)
  await expect.poll(async () => tails(relay.url), { timeout: 15_000 }).toBe(0)
  expect(JSON.parse(relay.log())).toMatchObject({ event: 'tail-cut', path: 'a', reason: 'stalled' })
  stuck.destroy()
  let seen = 0
  for (let offset = '-1'; ; ) {
    const page = await fetch(`${stream}?offset=${offset}`)
    for (const text of (await page.json()) as string[]) expect(Number.parseInt(text, 10)).toBe(seen++)
    offset = page.headers.get('Stream-Next-Offset') ?? ''
    if (page.headers.has('Stream-Up-To-Date')) break
  }
  expect(seen).toBe(1200)
  await relay.end('SIGTERM')
}, 120_000)

async function tails(url: string): Promise<number> {
  return ((await (await fetch(`${url}/stats`)).json()) as { tails: number }).tails
}

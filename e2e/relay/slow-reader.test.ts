import { type ChildProcess, fork } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reap } from '../harness/children.ts'
import { scratch } from './process.ts'

const MiB = 1024 * 1024
const program = fileURLToPath(new URL('weighed-relay.mjs', import.meta.url))

interface Weighed {
  readonly bytes: number
  readonly tails: number
  readonly news: readonly object[]
}

let folder: { path: string; remove: () => Promise<void> }
let relay: ChildProcess
let url: string

const answer = <T>() => new Promise<T>((resolve) => relay.once('message', (message) => resolve(message as T)))
const weigh = (): Promise<Weighed> => {
  const weighed = answer<Weighed>()
  relay.send('weigh')
  return weighed
}

beforeAll(async () => {
  folder = await scratch()
  relay = fork(program, [folder.path], { execArgv: ['--expose-gc'] })
  reap(relay)
  url = (await answer<{ url: string }>()).url
})
afterAll(async () => {
  relay.kill()
  await folder.remove()
})

it('ends a tail that does not drain while 50 MB go by, in bounded memory; it resumes and has everything (S3-14)', async () => {
  const stream = `${url}/v1/stream/a`
  const headers = { 'Content-Type': 'application/json' }
  await fetch(stream, { method: 'PUT', headers })
  const append = async (i: number) => {
    const body = JSON.stringify(`${i} ${'x'.repeat(50_000)}`)
    expect((await fetch(stream, { method: 'POST', headers, body })).status).toBe(204)
  }
  for (let i = 0; i < 100; i++) await append(i)
  const before = await weigh()
  const stuck = connect(Number(new URL(url).port), '127.0.0.1')
  stuck.on('error', () => {})
  stuck.pause()
  stuck.write('GET /v1/stream/a?offset=-1&live=sse HTTP/1.1\r\nHost: localhost\r\n\r\n')
  await expect.poll(async () => (await weigh()).tails, { timeout: 60_000 }).toBe(1)
  for (let i = 100; i < 1100; i++) {
    await append(i)
    if (i % 50 === 0) expect((await weigh()).bytes - before.bytes).toBeLessThan(8 * MiB)
  }
  await expect.poll(weigh, { timeout: 60_000 }).toMatchObject({
    tails: 0,
    news: [{ event: 'tail-cut', path: 'a', reason: 'stalled' }],
  })
  stuck.destroy()
  let seen = 0
  for (let offset = '-1'; ; ) {
    const page = await fetch(`${stream}?offset=${offset}`)
    for (const text of (await page.json()) as string[]) expect(Number.parseInt(text, 10)).toBe(seen++)
    offset = page.headers.get('Stream-Next-Offset') ?? ''
    if (page.headers.has('Stream-Up-To-Date')) break
  }
  expect(seen).toBe(1100)
}, 240_000)

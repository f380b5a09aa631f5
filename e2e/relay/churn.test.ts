import { type ChildProcess, fork } from 'node:child_process'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { reap } from '../harness/children.ts'
import { scratch } from './process.ts'

const MiB = 1024 * 1024
const program = fileURLToPath(new URL('weighed-relay.mjs', import.meta.url))

let folder: { path: string; remove: () => Promise<void> }
let relay: ChildProcess
let url: string

const answer = <T>() => new Promise<T>((resolve) => relay.once('message', (message) => resolve(message as T)))

/** Once nobody is connected any more. */
async function weigh(): Promise<number> {
  const ask = () => {
    const weighed = answer<{ bytes: number; tails: number }>()
    relay.send('weigh')
    return weighed
  }
  await expect.poll(async () => (await ask()).tails, { timeout: 60_000 }).toBe(0)
  return (await ask()).bytes
}

beforeAll(async () => {
  folder = await scratch()
  relay = fork(program, [folder.path], { execArgv: ['--expose-gc'] })
  reap(relay)
  url = (await answer<{ url: string }>()).url
  await fetch(`${url}/v1/stream/a`, { method: 'PUT' })
})
afterAll(async () => {
  relay.kill()
  await folder.remove()
})

/** Sends one request on each of `count` connections, waits for the beginning of an answer, and hangs up. */
async function comeAndGo(count: number, request: (i: number) => string): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.on('error', () => {})
      socket.write(`${request(i)}\r\nHost: localhost\r\n\r\n`)
      await new Promise((resolve) => socket.once('data', resolve))
      if (i % 2) socket.resetAndDestroy()
      else socket.destroy()
    }),
  )
}

it.each([
  ['tails', () => 'GET /v1/stream/a?offset=-1&live=sse HTTP/1.1'],
  ['long-polls of streams that are not there', (i: number) => `GET /v1/stream/${i}?live=long-poll HTTP/1.1`],
  ['refused requests', (i: number) => `PATCH /v1/stream/a${i} HTTP/1.1`],
])(
  '10,000 %s that come and go leave no memory behind',
  async (_, request) => {
    const CYCLES = 10_000
    const AT_ONCE = 250
    await comeAndGo(AT_ONCE * 4, request)
    const before = await weigh()
    for (let done = 0; done < CYCLES; done += AT_ONCE) {
      await comeAndGo(AT_ONCE, (i) => request(done + i))
    }
    expect((await weigh()) - before).toBeLessThan(MiB)
  },
  180_000,
)

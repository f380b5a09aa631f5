import { DurableStream } from '@durable-streams/client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Running, scratch, startRelay } from './process.ts'

/** Says each socket that is bound or opened, on stderr. */
const watched = `
import net from 'node:net'
for (const [on, name] of [[net.Server.prototype, 'listen'], [net.Socket.prototype, 'connect']]) {
  const real = on[name]
  on[name] = function (...args) { process.stderr.write(name + '\\n'); return real.apply(this, args) }
}`

let folder: Awaited<ReturnType<typeof scratch>>
let relay: Running
beforeAll(async () => {
  folder = await scratch()
  const NODE_OPTIONS = `--import data:text/javascript,${encodeURIComponent(watched)}`
  relay = await startRelay(['--data', folder.path], { NODE_OPTIONS })
})
afterAll(async () => {
  await relay.end('SIGTERM')
  await folder.remove()
})

it('the stock client creates, appends, reads, asks for the end and deletes; one port is open, and nothing is asked of others (S0-1, S0-2)', async () => {
  const url = `${relay.url}/v1/stream/rooms/one`
  const stream = await DurableStream.create({ url, contentType: 'application/json' })
  await stream.append(JSON.stringify({ n: 1 }))
  await stream.append(JSON.stringify({ n: 2 }))
  const read = await stream.stream({ live: false })
  expect(await read.json()).toEqual([{ n: 1 }, { n: 2 }])
  const head = await stream.head()
  expect(head).toMatchObject({ exists: true, contentType: 'application/json', offset: read.offset })
  await stream.delete()
  expect((await fetch(url)).status).toBe(404)
  const { err } = await relay.end('SIGTERM')
  expect(err.split('\n').filter(Boolean)).toEqual(['listen'])
})

import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { type FaultProxy, startProxy } from '../harness/proxy.ts'
import { startReference } from '../harness/reference.ts'
import type { StreamServer } from '../harness/relay.ts'
import { use } from '../harness/use.ts'

const json = { 'content-type': 'application/json' }
let server: StreamServer
let proxy: FaultProxy
let stream: string

const append = (item: unknown) =>
  fetch(stream, { method: 'POST', headers: json, body: JSON.stringify([item]) })
const items = async (): Promise<unknown> => (await fetch(server.stream('a'))).json()

beforeEach(async () => {
  server = await startReference()
  proxy = await startProxy({ target: server.url })
  stream = proxy.relay.url('a')
  await fetch(stream, { method: 'PUT', headers: json })
  return async () => {
    await proxy.dispose()
    await server.dispose()
  }
})

describe('the fault proxy', () => {
  it('passes requests on and records them', async () => {
    await append({ n: 1 })
    expect(await (await fetch(stream)).json()).toEqual([{ n: 1 }])
    expect(proxy.relay.requests.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['PUT', 'a', 201],
      ['POST', 'a', 204],
      ['GET', 'a', 200],
    ])
    expect(proxy.relay.requests.at(-1)?.bytes).toBeGreaterThan(0)
  })

  it('refuses appends while everything else goes through, until told otherwise', async () => {
    const times = Number.POSITIVE_INFINITY
    const busy = proxy.relay.failNext({ status: 503, retryAfter: 7, method: 'POST', times })
    const refused = await append({ n: 1 })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '7'])
    expect((await fetch(stream)).status).toBe(200)
    busy.undo()
    expect((await append({ n: 2 })).ok).toBe(true)
    expect(await items()).toEqual([{ n: 2 }])
  })

  it('loses an answer to something that was taken', async () => {
    proxy.relay.dropNextAck()
    await expect(append({ n: 1 })).rejects.toThrow()
    expect(await items()).toEqual([{ n: 1 }])
    expect((await append({ n: 2 })).ok).toBe(true)
  })

  it('cuts an answer after so many bytes', async () => {
    await append({ text: randomBytes(5000).toString('hex') })
    proxy.relay.cutAfter(100)
    const response = await fetch(stream)
    await expect(response.text()).rejects.toThrow()
    expect(proxy.relay.requests.at(-1)?.bytes).toBe(100)
  })

  it('passes a tail on event by event, and breaks it when told', async () => {
    const tail = await fetch(`${stream}?offset=-1&live=sse`)
    const reader = tail.body?.pipeThrough(new TextDecoderStream()).getReader()
    await append({ n: 42 })
    let seen = ''
    while (!seen.includes('42')) seen += (await reader?.read())?.value ?? ''
    expect(proxy.relay.open()).toMatchObject([{ live: 'sse', path: 'a' }])
    proxy.relay.dropTails()
    const rest = async () => {
      while (!(await reader?.read())?.done);
    }
    await expect(rest()).rejects.toThrow()
  })

  it('is down and up again', async () => {
    proxy.relay.offline()
    await expect(fetch(stream)).rejects.toThrow()
    proxy.relay.online()
    expect((await fetch(stream)).status).toBe(200)
  })

  it('breaks connections when there is no server behind it', async () => {
    await append({ n: 1 })
    await server.stop()
    await expect(fetch(stream)).rejects.toThrow()
    await server.start()
    expect(await (await fetch(stream)).json()).toEqual([{ n: 1 }])
  })

  it('ends with the test that uses it', async () => {
    const other = await use(startProxy({ target: server.url }))
    expect((await fetch(other.relay.url('a'))).status).toBe(200)
  })
})

import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createTestRelay, type TestRelay } from '@strandline/relay/msw'
import { forward } from './forward.ts'
import { listener } from './listener.ts'
import { serveFile } from './static.ts'
import type { Resource } from './use.ts'

export interface ProxyOptions {
  /** The server behind: its URL. */
  target: string
  /** A built page, served from here: it stays reachable when the target is not. */
  web?: string
}

/** A network that fails on command, in the words of the mock. */
export interface FaultProxy extends Resource {
  /** Of the page, and of the streams below it. */
  readonly url: string
  /** The server behind, and what is to happen on the way to it. */
  readonly relay: TestRelay
}

const isForTarget = (pathname: string) => pathname.startsWith('/v1/') || pathname === '/health'

/** Stands between a page and its relay, on one origin for both, and does to the traffic what it is told. */
export async function startProxy({ target, web }: ProxyOptions): Promise<FaultProxy> {
  const spoiled = listener((request) => relay.fetch(request))
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://proxy')
    if (web === undefined || isForTarget(pathname)) spoiled(request, response)
    else void serveFile(web, pathname, response)
  })
  server.on('connection', (socket) => socket.setNoDelay(true))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const relay = createTestRelay({ baseUrl: url, send: (request) => forward(request, target) })

  return {
    url,
    relay,
    async dispose() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createFaults, type Faults } from './faults.ts'
import { forward } from './forward.ts'
import type { RecordedRequest } from './recorder.ts'
import { serveFile } from './static.ts'
import type { Resource } from './use.ts'

export interface ProxyOptions {
  /** The server behind: its URL. */
  target: string
  /** A built page, served from here: it stays reachable when the target is not. */
  web?: string
}

export interface FaultProxy extends Resource {
  readonly url: string
  readonly faults: Faults
  /** Everything that was asked for under /v1, in order. */
  readonly requests: RecordedRequest[]
  /** Tails that are open now. */
  readonly tails: number
  stream(path: string): string
  /** The streams are gone: open connections to them break, new ones too. The page is still served. */
  down(): void
  up(): void
  /** Breaks what is open to the streams, once. */
  dropConnections(): void
}

const isForTarget = (pathname: string) => pathname.startsWith('/v1/') || pathname === '/health'

/** Stands between a page and its relay, on one origin for both, and does to the traffic what it is told. */
export async function startProxy({ target, web }: ProxyOptions): Promise<FaultProxy> {
  const faults = createFaults()
  const requests: RecordedRequest[] = []
  const open = new Set<ServerResponse>()
  let isDown = false
  let tails = 0

  const pass = async (request: IncomingMessage, response: ServerResponse) => {
    const record: RecordedRequest = {
      method: request.method ?? '',
      url: request.url ?? '',
      status: undefined,
      bytes: 0,
    }
    requests.push(record)
    open.add(response)
    const isTail = record.url.includes('live=')
    if (isTail) tails += 1
    response.on('close', () => {
      open.delete(response)
      if (isTail) tails -= 1
    })
    const plan = faults.plan(request)
    if (plan.delay > 0) await sleep(plan.delay)
    if (isDown) request.socket.destroy()
    if (request.socket.destroyed) return
    if (!plan.answer) return forward(request, response, { target, plan, record })
    const { status, retryAfter } = plan.answer
    record.status = status
    request.resume()
    response.writeHead(status, retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }).end()
  }

  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://proxy')
    if (isForTarget(pathname) || web === undefined) await pass(request, response)
    else await serveFile(web, pathname, response)
  })
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    socket.setNoDelay(true)
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const dropConnections = () => {
    for (const response of open) response.socket?.destroy()
  }
  return {
    url,
    faults,
    requests,
    get tails() {
      return tails
    },
    stream: (path) => `${url}/v1/stream/${path}`,
    dropConnections,
    down() {
      isDown = true
      dropConnections()
    },
    up() {
      isDown = false
    },
    async dispose() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

import { createServer, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { partsOf } from '../lazy-response.ts'
import { writeParts } from './node-write.ts'

/** Whatever answers requests: a relay, or a relay with something around it. */
export interface Handler {
  fetch(request: Request): Promise<Response>
  /** As of a relay: preferred, since what it returns can be written without making a Response of it. */
  answer?(request: Request): Promise<Response>
  close(): Promise<void>
}

export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly host: string
}

export interface Served {
  readonly url: string
  /** Stops listening, lets answers finish, closes the handler; then drops what connections are left. */
  close(): Promise<void>
}

const HEADERS_TIMEOUT_MS = 15_000
const REQUEST_TIMEOUT_MS = 30_000
const KEEP_ALIVE_MS = 65_000
/** What readers that do not drain get to take the end of their answer. */
const LINGER_MS = 500

/** Serves a relay over HTTP/1.1. Rejects when the address cannot be had. */
export function serve(handler: Handler, { host, port }: ServeOptions): Promise<Served> {
  const listener = getRequestListener(
    async (request, { outgoing }) => {
      const response = await (handler.answer ? handler.answer(request) : handler.fetch(request))
      const parts = partsOf(response)
      if (!parts || !(outgoing instanceof ServerResponse)) return response
      writeParts(outgoing, parts)
      return RESPONSE_ALREADY_SENT
    },
    { hostname: 'localhost', overrideGlobalObjects: false },
  )
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
    },
    (incoming, outgoing) => void listener(incoming, outgoing),
  )
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()))
    await handler.close()
    server.closeIdleConnections()
    const cut = setTimeout(() => server.closeAllConnections(), LINGER_MS)
    await closed
    clearTimeout(cut)
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      const address = server.address()
      const bound = typeof address === 'object' && address ? address.port : port
      resolve({ url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`, close })
    })
  })
}

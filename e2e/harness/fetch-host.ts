import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'
import type { Resource } from './use.ts'

/** Serves a function over HTTP/1.1; what it rejects with, and a body that fails, break the connection. */
export async function hostFetch(
  answer: (request: Request) => Promise<Response>,
  port: number,
): Promise<Resource> {
  const server = createServer((incoming, outgoing) => {
    exchange(incoming, outgoing).catch(() => outgoing.socket?.destroy())
  })

  const exchange = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const life = new AbortController()
    outgoing.on('close', () => life.abort())
    const { method = 'GET', headers, url } = incoming
    const hasBody = method !== 'GET' && method !== 'HEAD'
    const request = new Request(`http://${headers.host}${url}`, {
      method,
      headers: headers as Record<string, string>,
      signal: life.signal,
      ...(hasBody && { body: Readable.toWeb(incoming) as BodyInit, duplex: 'half' }),
    })
    const { status, headers: fields, body } = await answer(request)
    outgoing.writeHead(status, Object.fromEntries(fields))
    if (!body) return void outgoing.end()
    // A body may be long in coming, as of a tail; its reader is to know that there is one.
    outgoing.flushHeaders()
    await pipeline(Readable.fromWeb(body as ReadableStream), outgoing)
  }

  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    async dispose() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

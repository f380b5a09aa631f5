import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream } from 'node:stream/web'

/** A function as Node's server wants it; what it rejects with, and a body that fails, break the connection. */
export function listener(answer: (request: Request) => Promise<Response>): RequestListener {
  return (incoming, outgoing) => {
    exchange(incoming, outgoing, answer).catch(() => outgoing.socket?.destroy())
  }
}

async function exchange(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
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

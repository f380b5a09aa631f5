import { type IncomingMessage, request as send } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'

/** What is between the two ends of one connection only. */
const OF_THE_CONNECTION = ['connection', 'keep-alive', 'transfer-encoding', 'host', 'content-length']
const BODILESS = [101, 204, 205, 304]

/**
 * Passes one request on to a server, and its answer back as it is: nothing is unpacked, each chunk comes when it
 * comes. Rejects where the server cannot be reached; where it breaks off, so does the body.
 */
export async function forward(request: Request, target: string): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const { hostname, port } = new URL(target)
  const headers = Object.fromEntries(
    [...request.headers].filter(([name]) => !OF_THE_CONNECTION.includes(name)),
  )
  const body = request.body ? Buffer.from(await request.arrayBuffer()) : undefined
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const onward = send({
      ...{ hostname, port, headers, path: pathname + search },
      ...{ method: request.method, signal: request.signal, agent: false },
    })
    onward.on('response', resolve).on('error', reject)
    onward.end(body)
  })
  const { statusCode: status = 502, rawHeaders } = answer
  const fields = new Headers()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2)
    if (!OF_THE_CONNECTION.slice(0, 3).includes(name.toLowerCase())) fields.append(name, value)
  }
  const isEmpty = request.method === 'HEAD' || BODILESS.includes(status)
  if (isEmpty) answer.resume()
  const content = isEmpty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array> as BodyInit)
  return new Response(content, { status, headers: fields })
}

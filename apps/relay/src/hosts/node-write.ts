import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Answer, isPush, type PushBody } from '../exchange.ts'

/** What a client that is still sending gets to see its refusal before the connection is dropped. */
const LINGER_MS = 500

export function writeAnswer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { body, headers, status }: Answer,
): void {
  if (outgoing.destroyed) return
  if (!incoming.complete) dropRest(incoming, outgoing)
  outgoing.writeHead(status, headers)
  if (isPush(body)) push(outgoing, body)
  else if (body === null) outgoing.end()
  else outgoing.end(body)
}

/** The request was answered before it was read: what is left of it is thrown away, for a moment. */
function dropRest(incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { socket } = incoming
  outgoing.once('finish', () => {
    const drop = setTimeout(() => socket.destroy(), LINGER_MS)
    incoming.once('close', () => clearTimeout(drop))
    incoming.resume()
  })
}

/**
 * Frames go to the socket as ready-made chunks: a frame that a thousand readers get is framed once, and
 * costs each of them one write of one buffer.
 */
function push(outgoing: ServerResponse, body: PushBody): void {
  outgoing.flushHeaders()
  const { socket } = outgoing
  if (!socket) {
    outgoing.destroy()
    return
  }
  const feed = body.connect({
    get ready() {
      return socket.writableLength < body.highWaterMark
    },
    push: (frame) => void socket.write(outgoing.chunkedEncoding ? chunkOf(frame) : frame),
    end: () => void outgoing.end(),
    fail: () => void outgoing.destroy(),
  })
  const resume = () => feed.resume()
  socket.on('drain', resume)
  outgoing.on('close', () => {
    socket.off('drain', resume)
    feed.leave()
  })
}

const chunks = new WeakMap<Uint8Array, Buffer>()

function chunkOf(frame: Uint8Array): Buffer {
  const known = chunks.get(frame)
  if (known) return known
  const chunk = Buffer.concat([Buffer.from(`${frame.length.toString(16)}\r\n`), frame, CRLF])
  chunks.set(frame, chunk)
  return chunk
}

const CRLF = Buffer.from('\r\n')

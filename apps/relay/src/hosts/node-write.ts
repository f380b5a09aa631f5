import type { ServerResponse } from 'node:http'
import { isPush, type Parts, type PushBody } from '../lazy-response.ts'

/** Writes an answer out as it is, without the detour over a Response. */
export function writeParts(outgoing: ServerResponse, { body, headers, status }: Parts): void {
  if (outgoing.destroyed) return
  outgoing.writeHead(status, headers)
  if (isPush(body)) pipe(outgoing, body)
  else if (body === null) outgoing.end()
  else outgoing.end(body)
}

function pipe(outgoing: ServerResponse, body: PushBody): void {
  outgoing.flushHeaders()
  const feed = body.connect({
    get ready() {
      return outgoing.writableLength < body.highWaterMark
    },
    push: (frame) => void outgoing.write(frame),
    end: () => void outgoing.end(),
    fail: () => void outgoing.destroy(),
  })
  outgoing.on('drain', () => feed.resume())
  outgoing.on('close', () => feed.leave())
}

import { type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { Plan } from './faults.ts'
import type { RecordedRequest } from './recorder.ts'

/**
 * Passes one request on and its answer back, chunk by chunk as they come. Where the target cannot be reached or
 * breaks off, the caller's connection breaks too: a proxy that is not there could not answer 502 either.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { target, plan, record }: { target: string; plan: Plan; record: RecordedRequest },
): void {
  const { hostname, port } = new URL(target)
  const cut = () => response.socket?.destroy()
  const headers = { ...request.headers, host: `${hostname}:${port}` }
  const onward = send({ hostname, port, method: request.method, path: request.url, headers, agent: false })

  onward.on('error', cut)
  response.on('close', () => onward.destroy())
  onward.on('response', (answer) => {
    record.status = answer.statusCode
    answer.on('error', cut)
    if (plan.loseAnswer) {
      answer.resume().on('end', cut)
      return
    }
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    response.flushHeaders()
    const end = () => response.end()
    const pass = (chunk: Buffer) => {
      const room = plan.cutAfter - record.bytes
      const part = chunk.subarray(0, Math.min(chunk.length, room))
      record.bytes += part.length
      if (part.length < chunk.length) {
        answer.off('data', pass).off('end', end).resume()
        response.write(part, cut)
      } else if (!response.write(part)) {
        answer.pause()
        response.once('drain', () => answer.resume())
      }
    }
    answer.on('data', pass).on('end', end)
  })
  request.pipe(onward)
}

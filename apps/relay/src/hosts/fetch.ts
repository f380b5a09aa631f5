import { brokenOff, tooLarge } from '../body.ts'
import type { Feed } from '../channel.ts'
import { type Answer, type Exchange, isPush, type PushBody } from '../exchange.ts'
import { RefusalError } from '../refusal.ts'
import { splitUrl } from '../request.ts'

/** A platform's Request as the relay sees it. Its body is copied: the sender may still hold what it gave. */
export function exchangeOf(request: Request): Exchange {
  const { headers, method, signal, url } = request
  const body = (limit: number) =>
    readBody(request, limit).catch((error: unknown) => {
      throw error instanceof RefusalError ? error : brokenOff()
    })
  return { ...splitUrl(url), body, headers, method, request, signal, url }
}

async function readBody({ body }: Request, limit: number): Promise<Uint8Array> {
  if (!body) return new Uint8Array()
  const reader = body.getReader()
  const chunks: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    size += value.length
    if (size > limit) {
      await reader.cancel()
      throw tooLarge(limit)
    }
    chunks.push(value)
  }
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}

/** An answer to `request` as a platform's Response. */
export function responseOf({ method }: Request, { body, headers, status }: Answer): Response {
  const shown = method === 'HEAD' ? null : body
  return new Response(isPush(shown) ? streamOf(shown) : shown, { status, headers })
}

function streamOf(body: PushBody): ReadableStream<Uint8Array> {
  let feed: Feed | undefined
  const start = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    feed = body.connect({
      get ready() {
        return (controller.desiredSize ?? 0) > 0
      },
      push: (frame) => controller.enqueue(frame),
      end: () => controller.close(),
      fail: (reason) => controller.error(new Error(reason)),
    })
  }
  return new ReadableStream<Uint8Array>(
    { start, pull: () => feed?.resume(), cancel: () => feed?.leave() },
    { highWaterMark: body.highWaterMark, size: (frame) => frame.length },
  )
}

import type { Feed, Sink } from './channel.ts'
import { delegates } from './lazy.ts'

/** A body that is pushed: whoever sends the answer connects a sink and tells the feed how it fares. */
export interface PushBody {
  connect(sink: Sink): Feed
  /** What may wait unsent before the sink should say that it is not ready, in bytes. */
  readonly highWaterMark: number
}

export type Body = Uint8Array<ArrayBuffer> | string | null | PushBody

export interface Parts {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

const parts: unique symbol = Symbol('parts')
const made: unique symbol = Symbol('made')

interface Lazy {
  readonly [parts]: Parts
  [made]?: Response
}

/**
 * A Response that is put together when someone looks at it. A host that writes status, headers and body
 * out itself takes its parts instead, which costs a fraction (decisions/relay-lazy-response.md).
 */
export function lazyResponse(status: number, body: Body, headers: Parts['headers']): Response {
  const response = Object.create(prototype)
  response[parts] = { status, headers, body }
  return response
}

/** What a response of this module is made of, unless it was looked at already; undefined for any other. */
export function partsOf(response: Response): Parts | undefined {
  return isLazy(response) && !response[made] ? response[parts] : undefined
}

/** The same response as the platform's own. */
export function realize(response: Response): Response {
  if (!isLazy(response)) return response
  const { body, headers, status } = response[parts]
  response[made] ??= new Response(isPush(body) ? streamOf(body) : body, { status, headers })
  return response[made]
}

function isLazy(response: object): response is Response & Lazy {
  return parts in response
}

export function isPush(body: Body): body is PushBody {
  return typeof body === 'object' && body !== null && 'connect' in body
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

const prototype: object = Object.create(
  Response.prototype,
  delegates(
    (self) => realize(self as Response),
    ['body', 'bodyUsed', 'headers', 'ok', 'redirected', 'status', 'statusText', 'type', 'url'],
    ['arrayBuffer', 'blob', 'clone', 'formData', 'json', 'text'],
  ),
)

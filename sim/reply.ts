import type { Relay } from '@strandline/relay'

type Answer = Awaited<ReturnType<Relay['answer']>>
type Push = Extract<Answer['body'], { connect: unknown }>
type Chunk = ReadableStreamReadResult<Uint8Array>

/** As much of a body's reader as the client uses. */
export interface Reader {
  read(): Promise<Chunk>
  cancel(reason?: unknown): Promise<void>
}

const DONE: Chunk = { done: true, value: undefined }
const encoder = new TextEncoder()

/**
 * As much of a Response as the client reads of one. The platform's own, with streams and headers that check what they
 * are given, takes longer than relay and client together.
 */
export function reply({ status, headers, body }: Answer): Response {
  return replied({ status, headers: headersOf(Object.entries(headers)) }, readerOf(body))
}

/** Headers as they are read, whatever the case of their names. */
export function headersOf(pairs: Iterable<readonly [string, string]>): Headers {
  const values = new Map<string, string>()
  for (const [name, value] of pairs) values.set(name.toLowerCase(), value)
  const read = {
    get: (name: string) => values.get(name.toLowerCase()) ?? null,
    has: (name: string) => values.has(name.toLowerCase()),
    [Symbol.iterator]: () => values.entries(),
  }
  return read as unknown as Headers
}

/** The answer `like`, with what `reader` brings for its body. */
export function replied(
  { status, headers }: Pick<Response, 'status' | 'headers'>,
  reader: Reader | null,
): Response {
  const body = reader && { getReader: () => reader, cancel: reader.cancel }
  return { status, headers, ok: status >= 200 && status < 300, body } as unknown as Response
}

function readerOf(body: Answer['body']): Reader | null {
  if (body === null) return null
  if (typeof body === 'object' && 'connect' in body) return pushed(body)
  const chunks = [typeof body === 'string' ? encoder.encode(body) : body]
  return {
    async read() {
      const value = chunks.pop()
      return value && value.byteLength > 0 ? { done: false, value } : DONE
    },
    async cancel() {
      chunks.length = 0
    },
  }
}

/** What is pushed waits until it is read, and the feed hears when there is room again. */
function pushed(body: Push): Reader {
  const waiting: Uint8Array[] = []
  let bytes = 0
  let asked: { resolve: (chunk: Chunk) => void; reject: (error: Error) => void } | undefined
  let over: { readonly error?: Error } | undefined

  const end = (how: { readonly error?: Error }) => {
    over ??= how
    if (over.error) asked?.reject(over.error)
    else asked?.resolve(DONE)
    asked = undefined
  }
  const feed = body.connect({
    get ready() {
      return bytes < body.highWaterMark
    },
    push(frame) {
      if (asked) asked.resolve({ done: false, value: frame })
      else {
        waiting.push(frame)
        bytes += frame.byteLength
      }
      asked = undefined
    },
    end: () => end({}),
    fail: (reason) => end({ error: new Error(reason) }),
  })
  return {
    read: () =>
      new Promise((resolve, reject) => {
        const value = waiting.shift()
        if (value) {
          bytes -= value.byteLength
          resolve({ done: false, value })
          feed.resume()
        } else {
          asked = { resolve, reject }
          if (over) end(over)
          else feed.resume()
        }
      }),
    async cancel() {
      waiting.length = 0
      bytes = 0
      end({})
      feed.leave()
    },
  }
}

import type { Deadline } from './deadline.ts'

/** What a reader of a body tells, and hears, of the request it belongs to. */
export type Watch = Pick<Deadline, 'signal' | 'extend'>

/**
 * The chunks of a body, each of which extends `silence`. They end with the request, also where the body is deaf to
 * its signal, as one is that came through a wrapper of `fetch`; who leaves off early ends the body.
 */
export async function* chunksOf({ body }: Response, { signal, extend }: Watch): AsyncGenerator<Uint8Array> {
  if (!body) return
  const reader = body.getReader()
  const end = () => reader.cancel().catch(() => undefined)
  signal.addEventListener('abort', end)
  if (signal.aborted) void end()
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      extend()
      yield read.value
    }
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', end)
    await end()
  }
}

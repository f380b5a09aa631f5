import { createRelay, type Relay } from '@strandline/relay'
import { memoryStore } from '@strandline/relay/memory'

/** Our relay without a socket: what a test's `fetch` reaches, with faults. */
export interface TestRelay {
  readonly fetch: typeof fetch
  /** What every request meets; back to the relay with undefined. */
  fault: ((request: Request) => Promise<Response> | Response | undefined) | undefined
  readonly requests: { readonly method: string; readonly url: string }[]
  url(path: string): string
  /** Appends items as somebody else. Makes the stream. */
  append(path: string, items: readonly unknown[]): Promise<void>
  read(path: string): Promise<unknown[]>
  remove(path: string): Promise<void>
  close(): Promise<void>
}

const ORIGIN = 'http://relay.test'

export function testRelay(): TestRelay {
  const relay: Relay = createRelay({ store: memoryStore() })
  const send = (method: string, path: string, body?: unknown) =>
    relay.fetch(
      new Request(url(path), {
        method,
        headers: { 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
  const url = (path: string) => `${ORIGIN}/v1/stream/${path}`

  const test: TestRelay = {
    fault: undefined,
    requests: [],
    async fetch(input, init) {
      const request = new Request(input as Request, init)
      // The caller's own: a request that is collected no longer passes on what its signal hears.
      const signal = init?.signal ?? request.signal
      test.requests.push({ method: request.method, url: request.url })
      const faulty = test.fault?.(request)
      const answer =
        (faulty && (await Promise.race([faulty, aborted(signal)]))) ?? (await relay.fetch(request))
      return abortable(answer, signal)
    },
    url,
    async append(path, items) {
      await send('PUT', path)
      if (items.length === 0) return
      const answer = await send('POST', path, items)
      if (!answer.ok) throw new Error(`append answered ${answer.status}: ${await answer.text()}`)
    },
    async read(path) {
      const answer = await send('GET', `${path}?offset=-1`)
      return answer.json()
    },
    async remove(path) {
      await send('DELETE', path)
    },
    close: () => relay.close(),
  }
  return test
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

/** As a socket would: an aborted request ends its body with an error. */
function abortable(answer: Response, signal: AbortSignal): Response {
  signal.throwIfAborted()
  const body = answer.body?.pipeThrough(new TransformStream(), { signal })
  return new Response(body ?? null, answer)
}

/** A relay that cannot be reached. */
export function unreachable(): never {
  throw new TypeError('fetch failed')
}

/** Appends are answered with `status`; all else goes through. */
export function refusing(status: number) {
  return (request: Request): Response | undefined => {
    return request.method === 'POST' ? new Response(null, { status }) : undefined
  }
}

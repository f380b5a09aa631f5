import { createRelay, type RelayOptions } from '@strandline/relay'
import { memoryStore } from '@strandline/relay/memory'

export interface TestRelay {
  readonly fetch: typeof fetch
  /** Meets a request before (`ask`) and after (`answer`) the relay; what it gives or throws comes instead. */
  fault: {
    ask?: (request: Request) => Response | undefined
    answer?: (request: Request, response: Response) => Response | undefined
  }
  /** Everything that was asked of it, as `METHOD url`. */
  readonly requests: readonly string[]
  readonly url: (path: string) => string
  append(path: string, ...items: readonly unknown[]): Promise<void>
  read(path: string): Promise<readonly LogItem[]>
  close(): Promise<void>
}

export interface LogItem {
  readonly type: string
  readonly key: string
  readonly value: Readonly<Record<string, unknown>>
  readonly headers: { readonly operation: string; readonly txid?: string }
}

const ORIGIN = 'http://relay.test'
const json = { 'content-type': 'application/json' }

/** Our relay without a socket, with faults. */
export function testRelay(options: Partial<RelayOptions> = {}): TestRelay {
  const relay = createRelay({ store: memoryStore(), ...options })
  const url = (path: string) => `${ORIGIN}/v1/stream/${path}`
  const ask = (method: string, path: string, body?: unknown) =>
    relay.fetch(
      new Request(url(path), {
        method,
        headers: json,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    )
  const requests: string[] = []
  const test: TestRelay = {
    fault: {},
    requests,
    url,
    async fetch(input, init) {
      const request = new Request(input as Request, init)
      requests.push(`${request.method} ${request.url}`)
      const instead = test.fault.ask?.(request)
      if (instead) return instead
      const response = await relay.fetch(request)
      request.signal.throwIfAborted()
      const answer = test.fault.answer?.(request, response) ?? response
      const body = answer.body?.pipeThrough(new TransformStream(), { signal: request.signal })
      return new Response(body ?? null, answer)
    },
    async append(path, ...items) {
      await ask('PUT', path)
      const answer = await ask('POST', path, items)
      if (!answer.ok) throw new Error(`append answered ${answer.status}: ${await answer.text()}`)
    },
    async read(path) {
      const answer = await ask('GET', `${path}?offset=-1`)
      return answer.ok ? answer.json() : []
    },
    close: () => relay.close(),
  }
  return test
}

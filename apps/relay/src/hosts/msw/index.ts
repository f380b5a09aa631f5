import { HttpResponse, http } from 'msw'
import { createRelay, type Relay, type RelayOptions, type RelayStats } from '../../index.ts'
import { memoryStore } from '../../stores/memory.ts'
import { createTestRelay, type TestRelay } from './test-relay.ts'

export type { Fixture } from '@strandline/client/protocol'
export { FixtureError, readFixture, writeFixture } from '@strandline/client/protocol'
export type { Fault } from './faults.ts'
export type { Match, RecordedRequest } from './match.ts'
export type { SettledOptions, Watched } from './settled.ts'
export { createTestRelay, type Failure, type TestRelay, type TestRelayOptions } from './test-relay.ts'

// Said outright: else a compiler may take the types of the CommonJS build, which fit no `setupServer`.
type RequestHandler = import('msw', { with: { 'resolution-mode': 'import' }}).RequestHandler

/** Where the mock answers, and what it refuses. */
export interface MockRelayOptions extends Pick<RelayOptions, 'authorize' | 'limits' | 'now'> {
  /** Where clients look for it; streams are at `<baseUrl>/v1/stream/<path>`. Relative to the page where there is one. */
  readonly baseUrl: string | URL
}

/** The relay itself, on a memory store, behind MSW. */
export interface MockRelay extends TestRelay {
  /** For `setupServer(...relay.handlers)` or `setupWorker(...relay.handlers)`. */
  readonly handlers: RequestHandler[]
  /** The relay loses all it has, as if its disk had been replaced. */
  wipe(): Promise<void>
  /** What the relay holds at this moment: streams, producers, live reads. */
  stats(): RelayStats
  /** Ends what is open; no timer is left. */
  close(): Promise<void>
}

/** A relay with its own memory behind MSW handlers, whose network fails on command: for tests and demos. */
export function createMockRelay({ baseUrl, ...options }: MockRelayOptions): MockRelay {
  const base = absolute(baseUrl)
  const prefix = new URL(base).pathname.replace(/\/$/, '')
  const start = (): Relay => createRelay({ ...options, store: memoryStore() })
  let relay = start()

  const relayed = createTestRelay({
    baseUrl: base,
    send: (request) => relay.fetch(prefix === '' ? request : below(request, base)),
  })
  const answer = async ({ request }: { readonly request: Request }): Promise<Response> => {
    try {
      return await relayed.fetch(request)
    } catch {
      return HttpResponse.error()
    }
  }

  return {
    ...relayed,
    handlers: [http.all(`${base}/v1/stream/*`, answer), http.get(`${base}/health`, answer)],
    async wipe() {
      const old = relay
      relay = start()
      await old.close()
    },
    stats: () => relay.stats(),
    close: () => relay.close(),
  }
}

function absolute(given: string | URL): string {
  const { href } = new URL(given, (globalThis as { location?: { readonly href: string } }).location?.href)
  return href.replace(/[?#].*$/, '').replace(/\/+$/, '')
}

/** The same request as the relay knows it: from its own root. */
function below(request: Request, base: string): Request {
  return new Request(`http://relay${request.url.slice(base.length)}`, request)
}

import {
  compareOffsets,
  OFFSET_NOW,
  OFFSET_QUERY_PARAM,
  OFFSET_START,
  type Offset,
  STREAM_OFFSET_HEADER,
} from '@strandline/client/protocol'
import { type Backstage, createBackstage } from './backstage.ts'
import { tellDevice } from './device.ts'
import { createFaults, type Fault } from './faults.ts'
import { createLedger } from './ledger.ts'
import { createLink } from './link.ts'
import type { Match, Passing, RecordedRequest } from './match.ts'
import { inPlace } from './request.ts'
import { type SettledOptions, settled, type Watched } from './settled.ts'

/** A relay that can be made to fail. Each fault is in force when its verb returns. */
export interface TestRelay extends Backstage {
  /** Where a stream is. */
  url(path: string): string
  readonly fetch: typeof fetch
  /** What clients sent, in the order in which it was sent. Empty it as you like. */
  readonly requests: RecordedRequest[]

  /** The device has no network: what is open breaks, nothing gets through. A browser is told so too. */
  offline(): Fault
  online(): void
  /** Breaks the live reads that are open now. */
  dropTails(match?: Match): void
  /** The next append is committed, its answer lost. */
  dropNextAck(match?: Match): Fault
  /** The next requests, one unless said, are answered in the relay's place. `retryAfter` in seconds. */
  failNext(failure: Failure): Fault
  /** From now on the relay's answers take so many milliseconds more, or requests on their way to it; 0 ends it. */
  delay(ms: number, options?: Match & { readonly of?: 'request' | 'answer' }): Fault
  /** The connection breaks after so many bytes more of an answer's body, open ones included; once unless said. */
  cutAfter(bytes: number, match?: Match): Fault
  /** Answers arrive in pieces of so many bytes, whatever letter or frame that splits. */
  trickle(bytes: number, match?: Match): Fault
  /** The next append arrives twice. */
  duplicateNext(match?: Match): Fault
  /** A proxy that opens event streams and lets nothing through. */
  muteTails(match?: Match): Fault
  /** Credentials are refused, with 401 unless said, until they are accepted again. */
  refuseCredentials(options?: Match & { readonly status?: 401 | 403 }): Fault
  acceptCredentials(): void
  /** What the stream holds now is no longer retained: reads from before are 410, those from the start begin here. */
  trim(path: string): Promise<void>
  /**
   * Resolves when clients and relay agree: nothing is under way, nobody who was put off or cut off has yet to come
   * back, live reads have all there is. Of handles or databases that are given also the disk counts: each is at
   * rest, with nothing left to send. Rejects after 4.5 s (`within`) with what it waits for.
   */
  settled(...watched: readonly (Watched | SettledOptions)[]): Promise<void>
}

/** Which requests fail, how, and how often. */
export interface Failure extends Match {
  readonly status: number
  readonly retryAfter?: number
}

export interface TestRelayOptions {
  /** Streams are at `<baseUrl>/v1/stream/<path>`. */
  readonly baseUrl: string
  readonly send: (request: Request) => Promise<Response>
}

const APPEND = { method: 'POST', times: 1 }

/** A bad network before `send`. */
export function createTestRelay({ baseUrl, send }: TestRelayOptions): TestRelay {
  const url = (path: string) => `${baseUrl}/v1/stream/${path.split('/').map(encodeURIComponent).join('/')}`
  const faults = createFaults()
  const ledger = createLedger()
  const trimmed = new Map<string, Offset>()
  const backstage = createBackstage(send, url)
  let changing: Promise<unknown> = Promise.resolve()

  /** What is asked for is done before any request that comes later, awaited or not. */
  const first =
    <Args extends unknown[], T>(change: (...args: Args) => Promise<T>) =>
    (...args: Args): Promise<T> => {
      const done = changing.then(() => change(...args))
      changing = done.catch(() => undefined)
      return done
    }

  const link = createLink({
    send,
    faults,
    ledger,
    ready: async () => void (await changing),
    rewrite: (passing, target) => retained(passing, target, trimmed.get(passing.record.path)),
  })

  return {
    url,
    requests: link.requests,
    fetch: (input, init) => link.fetch(input instanceof Request && !init ? input : new Request(input, init)),
    read: first(backstage.read),
    append: first(backstage.append),
    remove: first(backstage.remove),
    recreate: first(async (path, items) => {
      trimmed.delete(path)
      await backstage.recreate(path, items)
    }),
    seal: first(backstage.seal),
    load: first(backstage.load),
    tail: first(backstage.tail),
    trim: first(async (path) => {
      const tail = await backstage.tail(path)
      if (tail !== null) trimmed.set(path, tail)
    }),

    offline() {
      const fault = faults.add({ kind: 'down' })
      ledger.cutOff()
      link.break(() => true)
      tellDevice(false)
      return fault
    },
    online() {
      faults.clear('down')
      tellDevice(true)
    },
    dropTails: (match = {}) =>
      link.break(({ live, path }) => live !== undefined && path === (match.path ?? path)),
    dropNextAck: (match) => faults.add({ kind: 'lose-ack' }, { ...APPEND, ...match }),
    failNext: ({ status, retryAfter, ...match }) =>
      faults.add(
        { kind: 'answer', status, ...(retryAfter !== undefined && { retryAfter }) },
        { times: 1, ...match },
      ),
    delay(ms, { of = 'answer', ...match } = {}) {
      if (ms === 0) faults.clear('delay')
      return faults.add({ kind: 'delay', ms, of }, ms === 0 ? { ...match, times: 0 } : match)
    },
    cutAfter: (bytes, match) => faults.add({ kind: 'cut', bytes }, { method: 'GET', times: 1, ...match }),
    trickle: (bytes, match) => faults.add({ kind: 'trickle', bytes: Math.max(1, bytes) }, match),
    duplicateNext: (match) => faults.add({ kind: 'twice' }, { ...APPEND, ...match }),
    muteTails: (match) => faults.add({ kind: 'mute' }, { live: 'sse', ...match }),
    refuseCredentials: ({ status = 401, ...match } = {}) => faults.add({ kind: 'refuse', status }, match),
    acceptCredentials: () => faults.clear('refuse'),

    async settled(...given) {
      const watched = given.filter((one) => 'status' in one)
      const options = given.find((one) => !('status' in one)) ?? {}
      await changing
      const busy = (withClients: boolean) => [
        ...(link.resting() ? [] : ['a request that is under way']),
        ...(withClients ? [] : ledger.open()),
      ]
      const tail = async (of: string) => {
        const answer = of.startsWith(baseUrl) ? await send(new Request(of, { method: 'HEAD' })) : undefined
        return answer?.headers.get(STREAM_OFFSET_HEADER) ?? null
      }
      await settled({ busy, next: ledger.next, tail }, watched as Watched[], options as SettledOptions)
    },
  }
}

/** Where a read of a stream that was trimmed leads. */
function retained({ record }: Passing, target: string, oldest: Offset | undefined): string | Response {
  const { method, offset } = record
  if (oldest === undefined || method !== 'GET' || offset === OFFSET_NOW) return target
  if (offset !== undefined && offset !== OFFSET_START)
    return compareOffsets(offset, oldest) < 0 ? inPlace({ status: 410 }) : target
  const from = new URL(target)
  from.searchParams.set(OFFSET_QUERY_PARAM, oldest)
  return from.href
}

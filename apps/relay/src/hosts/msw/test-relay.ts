import {
  compareOffsets,
  OFFSET_NOW,
  OFFSET_QUERY_PARAM,
  OFFSET_START,
  type Offset,
  PRODUCER_ID_HEADER,
  STREAM_OFFSET_HEADER,
} from '@strandline/client/protocol'
import { type Backstage, createBackstage } from './backstage.ts'
import { tellDevice } from './device.ts'
import { createFaults, type Fault } from './faults.ts'
import { createLedger } from './ledger.ts'
import { createLink } from './link.ts'
import { isPath, type Match, type Passing, type RecordedRequest } from './match.ts'
import { inPlace, type Onward } from './request.ts'
import { type SettledOptions, settled, type Watched } from './settled.ts'

/** A relay that can be made to fail. Each fault is in force when its verb returns. */
export interface TestRelay extends Backstage {
  /** Where a stream is. */
  url(path: string): string
  /** The network with its faults, for a client or a server that is to pass through it. */
  readonly fetch: typeof fetch
  /** What clients sent, in the order in which it was sent. Empty it as you like. */
  readonly requests: RecordedRequest[]
  /** Those of them that are under way now; a live read is for as long as it waits. */
  open(): readonly RecordedRequest[]

  /** The device has no network: what is open breaks, nothing gets through. A browser is told so too. */
  offline(): Fault
  /** Ends `offline`; a browser is told so too. */
  online(): void
  /** Breaks the live reads that are open now. */
  dropTails(match?: Match): void
  /** The event streams that are open now end in good order, as when they have had their time. */
  endTails(match?: Match): void
  /** The next append is committed, its answer lost. */
  dropNextAck(match?: Match): Fault
  /** The next requests, one unless said, are answered in the relay's place. `retryAfter` in seconds. */
  failNext(failure: Failure): Fault
  /** From now on the relay's answers take so many milliseconds more, or requests on their way to it; 0 ends it, and lets go of what is held. */
  delay(ms: number, options?: Match & { readonly of?: 'request' | 'answer' }): Fault
  /** The connection breaks after so many bytes more of an answer's body, open ones included; once unless said. */
  cutAfter(bytes: number, match?: Match): Fault
  /** Answers arrive in pieces of so many bytes, whatever letter or frame that splits. */
  trickle(bytes: number, match?: Match): Fault
  /** The next append arrives twice. */
  duplicateNext(match?: Match): Fault
  /** A proxy that opens event streams and lets nothing through; undone, it passes on what it held. */
  muteTails(match?: Match): Fault
  /** Credentials are refused, with 401 unless said, until they are accepted again. */
  refuseCredentials(options?: Match & { readonly status?: 401 | 403 }): Fault
  /** Ends `refuseCredentials`. */
  acceptCredentials(): void
  /** What the stream holds now is no longer retained: reads from before are 410, those from the start begin here. */
  trim(path: string): Promise<void>
  /**
   * The relay no longer knows who has written to the stream, nor how far: what it answers to a producer is what a
   * stranger is answered. Rule 8 of the write protocol.
   */
  forgetProducers(path: string): void
  /**
   * Resolves when clients and relay agree: nothing is under way, nobody who was put off or cut off has yet to come
   * back, live reads have all there is. Of handles or databases that are given also the disk counts: each is at
   * rest, with nothing left to send. Rejects after 4.5 s (`within`) with what it waits for.
   */
  settled(...watched: readonly (Watched | SettledOptions)[]): Promise<void>
}

/** Which requests fail, how, and how often. */
export interface Failure extends Match {
  /** Of the answer. */
  readonly status: number
  /** Seconds, for its `Retry-After`. */
  readonly retryAfter?: number
}

/** Where a relay is looked for, and how it is reached. */
export interface TestRelayOptions {
  /** Streams are at `<baseUrl>/v1/stream/<path>`. */
  readonly baseUrl: string
  /** Takes a request to the relay, as `fetch` does: it rejects where nobody answers. */
  readonly send: (request: Request) => Promise<Response>
}

const APPEND = { method: 'POST', times: 1 }

/**
 * A bad network before any relay, in the words of the mock: what it can be told to do to requests on their way to
 * `send`. Its `fetch` is for a client, or for a server of your own that stands before a relay.
 */
export function createTestRelay({ baseUrl, send }: TestRelayOptions): TestRelay {
  const url = (path: string) => `${baseUrl}/v1/stream/${path.split('/').map(encodeURIComponent).join('/')}`
  const faults = createFaults()
  const ledger = createLedger()
  const trimmed = new Map<string, Offset>()
  /** How often. */
  const forgotten = new Map<string, number>()
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
    rewrite: (passing) => {
      const { path } = passing.record
      return retained(passing, trimmed.get(path)) ?? renamed(passing, forgotten.get(path) ?? 0)
    },
  })

  return {
    url,
    requests: link.requests,
    open: link.open,
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
    forgetProducers(path) {
      forgotten.set(path, (forgotten.get(path) ?? 0) + 1)
    },

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
    dropTails: (match = {}) => link.break(({ live, path }) => live !== undefined && isPath(match.path, path)),
    endTails: (match = {}) => link.finish(({ live, path }) => live === 'sse' && isPath(match.path, path)),
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

/** Where a read of a stream that was trimmed leads, if not where it was sent. */
function retained({ record, request }: Passing, oldest: Offset | undefined): Onward | Response | undefined {
  const { method, offset } = record
  if (oldest === undefined || method !== 'GET' || offset === OFFSET_NOW) return undefined
  if (offset !== undefined && offset !== OFFSET_START)
    return compareOffsets(offset, oldest) < 0 ? inPlace({ status: 410 }) : undefined
  const from = new URL(request.url)
  from.searchParams.set(OFFSET_QUERY_PARAM, oldest)
  return { url: from.href, headers: request.headers }
}

/** A producer under a name that the relay has never heard is one that it has forgotten. */
function renamed({ record, request }: Passing, times: number): Onward {
  const { url, headers } = request
  if (times === 0 || !record.producer) return { url, headers }
  const other = new Headers(headers)
  other.set(PRODUCER_ID_HEADER, `${record.producer.id}-${times}`)
  return { url, headers: other }
}

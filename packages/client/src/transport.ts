import { BackoffDefaults, DurableStream, type HeadersRecord } from '@durable-streams/client'
import type { Effects } from './effects.ts'
import { asSyncError, SyncError } from './errors.ts'
import { deadline } from './http/deadline.ts'
import { isClosed, type Page, pageOf } from './http/page.ts'
import {
  failureOf,
  freshHeaders,
  messageOf,
  type Requester,
  readBody,
  request,
  retryAfterOf,
} from './http/request.ts'
import { readSse } from './http/sse.ts'
import type { Claim } from './outbox/outbox.ts'
import {
  CURSOR_QUERY_PARAM,
  LIVE_QUERY_PARAM,
  OFFSET_QUERY_PARAM,
  type Offset,
  PRODUCER_EPOCH_HEADER,
  PRODUCER_EXPECTED_SEQ_HEADER,
  PRODUCER_SEQ_HEADER,
  producerHeaders,
  readInteger,
  STREAM_INCARNATION_HEADER,
  STREAM_OFFSET_HEADER,
} from './protocol/index.ts'

const JSON_TYPE = 'application/json'

/** Milliseconds without a byte before a request is given up. */
const SILENCE = { read: 20_000, write: 30_000, longPoll: 90_000, sse: 75_000 }

/** An event stream says within this time (ms) where it stands; one that does not is kept back on its way. */
const FIRST_WORD = 10_000

/** Milliseconds after which a long-poll ends in good order, so that event streams are tried again. */
const TERM = 600_000

/** Milliseconds between two looks at the credentials, once they were refused. */
const CREDENTIALS = 15_000

/** Milliseconds that an empty long-poll answer takes at least. */
const HELD = 1_000

/** How the tail is read: event streams, or one request for each piece of news. */
export type TailMode = 'sse' | 'long-poll'

/** What the relay said to an append; no answer by itself is a verdict (write protocol, rule 5). */
export interface AppendAnswer {
  readonly status: number
  /** The tail after it, where the relay names it. */
  readonly tail: Offset | null
  readonly epoch: number | undefined
  readonly seq: number | undefined
  readonly expectedSeq: number | undefined
  readonly closed: boolean
  readonly message: string | undefined
  /** Milliseconds. */
  readonly retryAfter: number | undefined
}

export interface TailListener {
  readonly onPage: (page: Page) => Promise<void>
  /** Something came, if only a sign of life. */
  readonly onHeard: () => void
}

/** The HTTP of one stream. Rejects with `SyncError` only; `shut-down` when `signal` ended it. */
export interface Transport {
  /** How a tail is to be read, whatever worked so far; undefined leaves it to what works. */
  readonly mode?: TailMode | undefined
  /** One catch-up answer from `from` on. */
  read(from: Offset, signal: AbortSignal): Promise<Page>
  /** Hands over what comes after `from` and resolves when the relay ends the tail, rejects when it breaks. */
  tail(from: Offset, mode: TailMode, listener: TailListener, signal: AbortSignal): Promise<void>
  /** Resolves when requests would carry other credentials than the last one did, or when `signal` ends. */
  otherCredentials(signal: AbortSignal): Promise<void>
  /** Makes the stream unless it is there. */
  create(signal: AbortSignal): Promise<void>
  /** The tail; null where the relay does not say. Rejects with `not-found` and `gone`. */
  head(signal: AbortSignal): Promise<{ readonly tail: Offset | null }>
  /** Sends a claim, byte for byte. Rejects only where there was no answer. */
  append(claim: Claim, signal: AbortSignal): Promise<AppendAnswer>
}

export interface TransportOptions {
  readonly url: string
  readonly headers: HeadersRecord
  readonly effects: Pick<Effects, 'fetch' | 'now' | 'sleep'>
  readonly mode?: TailMode | undefined
}

export function httpTransport({ url, headers, effects, mode }: TransportOptions): Transport {
  let sent = ''
  const requester: Requester = {
    effects,
    async headers() {
      const own = await freshHeaders(headers)
      sent = JSON.stringify(own)
      return own
    },
  }

  const at = (query: Record<string, string | null>): URL => {
    const target = new URL(url)
    for (const [name, value] of Object.entries(query))
      if (value !== null) target.searchParams.set(name, value)
    return target
  }

  const page = (query: Record<string, string | null>, from: Offset, silence: number, signal: AbortSignal) =>
    request(requester, at(query), { silence }, signal, async (response, heard) => {
      if (!response.ok) throw await failureOf(response, heard, effects.now())
      return pageOf(response, from, await readBody(response, heard))
    })

  const read = (from: Offset, signal: AbortSignal): Promise<Page> =>
    page({ [OFFSET_QUERY_PARAM]: from }, from, SILENCE.read, signal)

  return {
    mode,
    read,

    async tail(from, mode, { onPage, onHeard }, signal) {
      if (mode === 'sse') {
        const target = at({ [OFFSET_QUERY_PARAM]: from, [LIVE_QUERY_PARAM]: mode })
        const options = { silence: FIRST_WORD, headers: { accept: 'text/event-stream' } }
        return request(requester, target, options, signal, async (response, silence) => {
          if (!response.ok) throw await failureOf(response, silence, effects.now())
          const extend = () => {
            silence.extend(SILENCE.sse)
            onHeard()
          }
          await readSse(response, from, { signal: silence.signal, extend }, onPage)
        })
      }
      const began = effects.now()
      let polled: Pick<Page, 'to' | 'cursor' | 'closed'> = { to: from, cursor: null, closed: false }
      while (!polled.closed && !signal.aborted && effects.now() - began < TERM) {
        const query = {
          [OFFSET_QUERY_PARAM]: polled.to,
          [LIVE_QUERY_PARAM]: mode,
          [CURSOR_QUERY_PARAM]: polled.cursor,
        }
        const asked = effects.now()
        const next = await page(query, polled.to, SILENCE.longPoll, signal)
        onHeard()
        await onPage(next)
        // A relay that does not hold the request must not be asked without end.
        const held = next.items.length > 0 || effects.now() - asked >= HELD
        if (!held && !next.closed) await effects.sleep(HELD, signal)
        polled = next
      }
    },

    async create(signal) {
      await stock(requester, url, signal, (stream) => stream.create({ contentType: JSON_TYPE }))
    },

    async head(signal) {
      const found = await stock(requester, url, signal, (stream) => stream.head())
      if (!found.exists) throw new SyncError('not-found', 'the stream does not exist', { status: 404 })
      return { tail: found.offset ?? null }
    },

    async otherCredentials(signal) {
      const changing = Object.values(headers).some((value) => typeof value === 'function')
      const before = sent
      const now = () => freshHeaders(headers).then(JSON.stringify, () => before)
      while (!signal.aborted && (!changing || (await now()) === before))
        await effects.sleep(CREDENTIALS, signal)
    },

    append: (claim, signal) =>
      request(
        requester,
        new URL(url),
        {
          method: 'POST',
          headers: {
            'content-type': JSON_TYPE,
            ...producerHeaders(claim.tag),
            ...(claim.incarnation !== null && { [STREAM_INCARNATION_HEADER]: claim.incarnation }),
          },
          body: claim.body,
          silence: SILENCE.write,
        },
        signal,
        async (response, heard) => ({
          status: response.status,
          tail: response.headers.get(STREAM_OFFSET_HEADER),
          epoch: readInteger(response.headers, PRODUCER_EPOCH_HEADER),
          seq: readInteger(response.headers, PRODUCER_SEQ_HEADER),
          expectedSeq: readInteger(response.headers, PRODUCER_EXPECTED_SEQ_HEADER),
          closed: isClosed(response.headers),
          message: messageOf(await readBody(response, heard)),
          retryAfter: retryAfterOf(response.headers, effects.now()),
        }),
      ),
  }
}

/**
 * One call of the stock client, once and with our failures. It makes its own backoff of what `fetch` throws, so
 * the failure is kept and thrown after it.
 */
async function stock<T>(
  { effects, headers }: Requester,
  url: string,
  signal: AbortSignal,
  call: (stream: DurableStream) => Promise<T>,
): Promise<T> {
  const silence = deadline(signal, SILENCE.read)
  let failure: SyncError | undefined
  try {
    const stream = new DurableStream({
      url,
      headers: await headers(),
      signal: silence.signal,
      backoffOptions: { ...BackoffDefaults, maxRetries: 0 },
      warnOnHttp: false,
      fetch: async (input, init) => {
        const response = await effects.fetch(input, init)
        if (response.ok) return response
        const notFound = response.status === 404 && init?.method === 'HEAD'
        if (!notFound) failure = await failureOf(response, silence, effects.now())
        return new Response(null, response)
      },
    })
    return await call(stream)
  } catch (error) {
    if (signal.aborted) throw new SyncError('shut-down', 'the request was ended', { cause: error })
    if (silence.expired()) throw new SyncError('timeout', 'the relay fell silent', { cause: error })
    throw failure ?? asSyncError(error, 'network')
  } finally {
    silence.end()
  }
}

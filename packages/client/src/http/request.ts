import type { HeadersRecord } from '@durable-streams/client'
import type { Effects } from '../effects.ts'
import { asSyncError, codeOfStatus, SyncError } from '../errors.ts'
import { chunksOf, type Watch } from './chunks.ts'
import { type Deadline, deadline } from './deadline.ts'

export interface RequestOptions {
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds without a byte before the request is given up. */
  readonly silence: number
}

/** Who asks. */
export interface Requester {
  readonly effects: Pick<Effects, 'fetch' | 'now'>
  /** Asked afresh for each request. */
  readonly headers: () => Promise<Record<string, string>>
}

/** What a header function throws counts as a failed network: token services come back. */
export async function freshHeaders(headers: HeadersRecord): Promise<Record<string, string>> {
  try {
    const pairs = Object.entries(headers).map(async ([name, value]) => {
      return [name, typeof value === 'function' ? await value() : value] as const
    })
    return Object.fromEntries(await Promise.all(pairs))
  } catch (error) {
    throw asSyncError(error, 'network')
  }
}

/**
 * One request, whose answer `use` consumes while the silence is watched. Rejects with a `SyncError`: `network`,
 * `timeout`, `shut-down` when `signal` ended it, or what `use` throws.
 */
export async function request<T>(
  { effects, headers }: Requester,
  url: URL,
  options: RequestOptions,
  signal: AbortSignal,
  use: (response: Response, silence: Deadline) => Promise<T>,
): Promise<T> {
  const own = await headers()
  const silence = deadline(signal, options.silence)
  try {
    const asked = effects.fetch(url, {
      method: options.method ?? 'GET',
      headers: { ...own, ...options.headers },
      body: options.body ?? null,
      signal: silence.signal,
      // The log is the cache here; an answer kept by the browser could come from before a wipe.
      cache: 'no-store',
    })
    const response = await Promise.race([asked, silence.ended])
    silence.extend()
    return await use(response, silence)
  } catch (error) {
    if (signal.aborted) throw new SyncError('shut-down', 'the request was ended', { cause: error })
    if (silence.expired()) throw new SyncError('timeout', 'the relay fell silent', { cause: error })
    throw asSyncError(error, 'network')
  } finally {
    silence.end()
  }
}

/** The whole body, however slowly it comes. */
export async function readBody(response: Response, silence: Watch): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of chunksOf(response, silence)) chunks.push(chunk)
  if (chunks.length === 1 && chunks[0]) return chunks[0]
  const whole = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.byteLength
  }
  return whole
}

/** A failed answer as an error, its body drained so that the connection can be used again. */
export async function failureOf(response: Response, silence: Deadline, now: number): Promise<SyncError> {
  const message = messageOf(await readBody(response, silence))
  const { status, headers } = response
  const retryAfter = retryAfterOf(headers, now)
  return new SyncError(codeOfStatus(status), message ?? `the relay answered ${status}`, {
    status,
    retryAfter,
  })
}

/** The text for people in `{ error: { message } }`, if the body is one. */
export function messageOf(body: Uint8Array): string | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder().decode(body))
    const { error } = parsed as { error?: { message?: unknown } }
    return typeof error?.message === 'string' ? error.message : undefined
  } catch {
    return undefined
  }
}

/** Milliseconds to wait; `Retry-After` holds seconds or a date. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')
  if (text === null) return undefined
  const at = /^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

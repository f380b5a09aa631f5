import { refuse, STATUS } from '../../refusal.ts'
import type { Passing } from './match.ts'

interface InPlace {
  readonly status: number
  /** Seconds. */
  readonly retryAfter?: number
}

const BODILESS = [101, 204, 205, 304]

/** An answer in the relay's place, in the relay's form. */
export function inPlace({ status, retryAfter }: InPlace): Response {
  const code = codeOf(status)
  const error = refuse(code, `the mock relay was told to answer ${status}`)
  const headers = new Headers({ 'Content-Type': 'application/json', 'Cache-Control': 'no-store' })
  if (retryAfter !== undefined) headers.set('Retry-After', String(retryAfter))
  return new Response(BODILESS.includes(status) ? null : JSON.stringify({ error }), { status, headers })
}

function codeOf(status: number): keyof typeof STATUS {
  const codes = Object.keys(STATUS) as (keyof typeof STATUS)[]
  return codes.find((code) => STATUS[code] === status) ?? 'unavailable'
}

export async function bodyOf(request: Request): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (request.method === 'GET' || request.method === 'HEAD') return undefined
  return new Uint8Array(await request.arrayBuffer())
}

/** Where a request goes on to, and with which headers. */
export type Onward = Pick<Request, 'url' | 'headers'>

/** The same request as it goes on, ending with `signal`. */
export function copyOf({ request, body }: Passing, { url, headers }: Onward, signal: AbortSignal): Request {
  const { method } = request
  // The relay takes a body over; a second delivery needs one of its own.
  return new Request(url, { method, headers, signal, ...(body?.length && { body: body.slice() }) })
}

/** Lets go of an answer that nobody gets. */
export async function discard(answer: Response): Promise<void> {
  await answer.body?.cancel().catch(() => undefined)
}

import type { Relay } from '@strandline/relay'
import { headersOf } from './reply.ts'

/** A request as it leaves a page, and as it arrives: once, twice or never. */
export type Letter = RequestInit & { readonly url: string; readonly method: string }

type Exchange = Parameters<Relay['answer']>[0]

/** Of a request that nobody takes back. One for all of them, so it keeps nobody who listens. */
const never = {
  aborted: false,
  addEventListener() {},
  removeEventListener() {},
} as unknown as AbortSignal
const encoder = new TextEncoder()

/**
 * A letter as the relay reads it. The platform's own Request, with a signal and a stream of its own each, takes as long
 * as the relay takes to answer it.
 */
export function opened({ url, method, headers, body }: Letter): Exchange {
  const { pathname, search } = new URL(url)
  return {
    url,
    method,
    pathname,
    search: search.slice(1),
    headers: headersOf(headers instanceof Headers ? headers : Object.entries(headers ?? {})),
    signal: never,
    get request() {
      return new Request(url, { method, ...(headers && { headers }) })
    },
    body: async () => encoder.encode(typeof body === 'string' ? body : ''),
  }
}

/** A request as it leaves a page, and as it arrives: once, twice or never. */
export type Letter = RequestInit & { readonly url: string; readonly method: string }

const never = new AbortController().signal

/**
 * As much of a Request as the relay reads of one. The platform's own, with a signal and a stream of its own each, takes
 * as long as the relay takes to answer it.
 */
export function delivered({ url, method, headers, body }: Letter): Request {
  const carried = typeof body === 'string' ? { getReader: () => readerOf(body) } : null
  return { url, method, headers: new Headers(headers), signal: never, body: carried } as unknown as Request
}

function readerOf(text: string) {
  const chunks = [new TextEncoder().encode(text)]
  return {
    async read() {
      const value = chunks.shift()
      return { done: value === undefined, value }
    },
    async cancel() {},
  }
}

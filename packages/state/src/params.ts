import type { ParamsRecord } from '@durable-streams/client'

type Fetch = typeof globalThis.fetch

/** The URL with the parameters that never change: they say which stream it is. */
export function withFixed(url: string, params: ParamsRecord = {}): string {
  const fixed = Object.entries(params).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  )
  if (fixed.length === 0) return url
  const [path = '', query] = url.split('?')
  return `${path}?${new URLSearchParams([...new URLSearchParams(query), ...fixed])}`
}

/** A fetch that asks for the other parameters afresh with each request; undefined where there are none. */
export function withFresh(base: Fetch | undefined, params: ParamsRecord = {}): Fetch | undefined {
  const fresh = Object.entries(params).filter(([, value]) => typeof value === 'function')
  if (fresh.length === 0) return base
  return async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    for (const [name, value] of fresh)
      if (typeof value === 'function') url.searchParams.set(name, await value())
    return (base ?? globalThis.fetch)(url, init)
  }
}

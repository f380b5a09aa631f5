import { type Readable, writable } from '@strandline/client'

/** One request of this page to the relay. */
export interface WireRequest {
  readonly n: number
  readonly method: string
  /** Path and query. */
  readonly path: string
  /** ms since the epoch. */
  readonly at: number
  /** Undefined while there is no answer; 0 where there never was one. */
  readonly status: number | undefined
  /** To the head of the answer. */
  readonly ms: number | undefined
}

/** What passes between this page and the relay, with a switch that cuts it. */
export interface Wire {
  readonly fetch: typeof fetch
  readonly requests: Readable<readonly WireRequest[]>
  readonly cut: Readable<boolean>
  /** Behaves as a device does that has lost its network, and back. */
  setCut(cut: boolean): void
}

const LAST = 60

export function openWire(real: typeof fetch = (input, init) => fetch(input, init)): Wire {
  const requests = writable<readonly WireRequest[]>([])
  const cut = writable(false)
  let broken = new AbortController()
  let count = 0

  const note = (request: WireRequest) => {
    const others = requests.get().filter(({ n }) => n !== request.n)
    requests.set([...others, request].slice(-LAST))
  }

  return {
    async fetch(input, init) {
      if (cut.get()) throw new TypeError('the inspector has cut the network')
      count += 1
      const { pathname, search } = new URL(input instanceof Request ? input.url : input, location.href)
      const method = init?.method ?? (input instanceof Request ? input.method : 'GET')
      const begun: WireRequest = {
        n: count,
        method,
        path: pathname + search,
        at: Date.now(),
        status: undefined,
        ms: undefined,
      }
      note(begun)
      const given = init?.signal
      const signal = given ? AbortSignal.any([given, broken.signal]) : broken.signal
      const ended = (status: number) => note({ ...begun, status, ms: Date.now() - begun.at })
      try {
        const response = await real(input, { ...init, signal })
        ended(response.status)
        return response
      } catch (error) {
        ended(0)
        if (broken.signal.aborted && !given?.aborted) throw new TypeError('the inspector has cut the network')
        throw error
      }
    },
    requests,
    cut,
    setCut(next) {
      if (next === cut.get()) return
      cut.set(next)
      if (next) broken.abort()
      else broken = new AbortController()
      dispatchEvent(new Event(next ? 'offline' : 'online'))
    },
  }
}

import { answerRefusal, share } from './answer.ts'
import { createApp } from './app.ts'
import type { Authorize } from './auth.ts'
import type { Core, RelayNews } from './core.ts'
import type { Answer, Exchange } from './exchange.ts'
import { exchangeOf, responseOf } from './hosts/fetch.ts'
import { DEFAULT_LIMITS, type Limits } from './limits.ts'
import { refuse } from './refusal.ts'
import { guard } from './stores/guard.ts'
import type { Store } from './stores/store.ts'
import { Waiters } from './waiters.ts'

export type { Access, Authorize, Grant, Verb } from './auth.ts'
export type { RelayNews } from './core.ts'
export type { Answer, Exchange } from './exchange.ts'
export { DEFAULT_LIMITS, type Limits } from './limits.ts'
export type { Code } from './refusal.ts'
export type { Store } from './stores/store.ts'

/** What a relay is made of; only the store is needed. */
export interface RelayOptions {
  /** Taken over: closing the relay closes it. */
  readonly store: Store
  /** Without it everybody may do everything. */
  readonly authorize?: Authorize
  /** What differs from `DEFAULT_LIMITS`. */
  readonly limits?: Partial<Limits>
  /** The clock, in ms; default the system's. */
  readonly now?: () => number
  /** Hears of what a person would act on; `error` is the cause where there is one. */
  readonly report?: (news: RelayNews, error?: unknown) => void
}

/** What a relay holds at the moment. */
export interface RelayStats {
  /** Those that can be read, and those whose URL is not free yet. */
  readonly streams: number
  /** Of all streams: who has written with an id, and is not forgotten yet. */
  readonly producers: number
  /** Live readers at this moment, long-polls included. */
  readonly tails: number
}

/** The protocol as one function, for any host that has `Request` and `Response`. */
export interface Relay {
  /** Answers one request; never rejects. */
  fetch(request: Request): Promise<Response>
  /** The same for hosts with a form of their own for what comes in and goes out. */
  answer(exchange: Exchange): Promise<Answer>
  /** Ends live reads at a frame edge, refuses what comes (503), waits for appends, closes the store. */
  close(): Promise<void>
  /** As `GET /stats` answers. */
  stats(): RelayStats
}

const SWEEP_MS = 60_000

/** How long requests that are being carried out may hold up a close. */
const DRAIN_MS = 1000

/** A relay over a store: Durable Streams below `/v1/stream/`, plus `/health` and `/stats`. */
export function createRelay(options: RelayOptions): Relay {
  const { authorize, now = Date.now, report = () => {} } = options
  const limits = { ...DEFAULT_LIMITS, ...options.limits }
  const store = guard(options.store, (doing, error) => report({ event: 'store-failed', doing }, error))
  const waiters = new Waiters({ store, limits, now, report })
  const core: Core = { store, limits, waiters, authorize, now, random: Math.random, report }
  const stats = (): RelayStats => ({ ...store.stats(), tails: waiters.count })
  const app = createApp(core, stats)
  let busy = 0
  let quiet = () => {}
  let closing: Promise<void> | undefined
  let sweptAt = now()

  function sweep(): void {
    if (now() - sweptAt < SWEEP_MS) return
    sweptAt = now()
    store.sweep(sweptAt).catch((error: unknown) => report({ event: 'store-failed', doing: 'sweep' }, error))
  }

  async function drain(): Promise<void> {
    if (busy === 0) return
    await new Promise<void>((resolve) => {
      const cap = setTimeout(resolve, DRAIN_MS)
      quiet = () => {
        clearTimeout(cap)
        resolve()
      }
    })
  }

  async function answer(exchange: Exchange): Promise<Answer> {
    if (closing) {
      return answerRefusal(refuse('unavailable', 'the relay is stopping', { 'Retry-After': '1' }))
    }
    sweep()
    busy++
    const answered = await app(exchange)
    if (--busy === 0) quiet()
    return share(exchange, answered)
  }

  return {
    answer,
    fetch: async (request) => responseOf(request, await answer(exchangeOf(request))),
    close() {
      closing ??= (async () => {
        waiters.close()
        await drain()
        await store.close()
      })()
      return closing
    },
    stats,
  }
}

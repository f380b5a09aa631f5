import { type Client, type ClientOptions, createClient } from '@strandline/client'
import type { MockRelay } from '@strandline/relay/msw'
import { expect } from 'vitest'
import type { CreateStreamDBOptions, StreamDB } from '../options.ts'
import { createStreamDB } from '../stream-db.ts'
import { chat } from './chat.ts'
import { testRelay } from './relay.ts'

type Chat = typeof chat

/** A relay, and devices on it; `end` closes what a test leaves open. */
export interface Harness {
  readonly relay: MockRelay
  /** A client with storage of its own, or on the database `name`. */
  client(options?: Partial<ClientOptions>): Client
  open(options?: Partial<CreateStreamDBOptions<Chat>> & { readonly path?: string }): StreamDB<Chat>
  end(): Promise<void>
}

export function harness(storage: 'memory' | 'indexeddb'): Harness {
  const relay = testRelay()
  const closing: (() => Promise<unknown>)[] = []

  const client: Harness['client'] = (options = {}) => {
    const database = `test-${crypto.randomUUID()}`
    const made = createClient({ storage, database, fetch: relay.fetch, ...options })
    closing.push(() => made.close())
    return made
  }

  return {
    relay,
    client,
    open({ path = 'room', ...options } = {}) {
      const streamOptions = { url: relay.url(path) }
      const db = createStreamDB({
        streamOptions,
        state: chat,
        client: options.client ?? client(),
        ...options,
      })
      closing.push(() => db.close())
      return db
    },
    async end() {
      for (const close of closing.splice(0).reverse()) await close()
      await relay.close()
    },
  }
}

/** Resolves when `check` passes, looking again and again; fails with what it threw last. */
export async function eventually(check: () => void, timeout = 20_000): Promise<void> {
  const end = Date.now() + timeout
  for (;;) {
    try {
      return check()
    } catch (error) {
      if (Date.now() > end) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Pauses a hundred times as fast; what is waited for with patience, for seconds, is not given up sooner. */
export const hurry = {
  sleep: (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms < 10_000 ? ms / 100 : ms)
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    }),
}

/** What `promise` rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  const outcome = await promise.then(
    () => 'it resolved',
    (error: unknown) => ({ error }),
  )
  expect(outcome).toBeTypeOf('object')
  return (outcome as { error: unknown }).error
}

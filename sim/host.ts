import { createRelay, type Relay, type Store } from '@strandline/relay'
import { memoryStore } from '@strandline/relay/memory'
import type { Clock } from './clock.ts'
import { type Letter, opened } from './letter.ts'
import { reply } from './reply.ts'

export interface Item {
  readonly key: string
  readonly headers: { readonly txid: string }
}

const JSON_TYPE = { 'content-type': 'application/json' }

/** The real relay on a memory store, which can be stopped, forget, be wiped and be restored. */
export interface SimHost {
  /** null while it is down. */
  serve(request: Request): Promise<Response> | null
  /** The same, from a page of the simulation. */
  deliver(letter: Letter): Promise<Response> | null
  /** All that the stream holds in its present life. */
  log(): Promise<Item[]>
  /** A request of somebody else, without a network in between. */
  ask(init?: RequestInit, query?: string): Promise<Response>
  stop(): Promise<void>
  start(): void
  /** Every producer, as a relay may after longer than any request can live. */
  forget(): void
  /**
   * The relay comes back with an older copy of all it held: the last `share` of what this life was written is lost,
   * and it goes on under the same name. `mark` is what it is written first, at that many bytes.
   */
  rewind(share: number, mark: (tail: number) => object): Promise<{ lost: Item[]; kept: Item[] }>
  /** The stream is deleted; the next life begins with the first `share` of this one, `between` later. */
  rebirth(share: number, between: () => Promise<void>): Promise<{ lost: Item[]; kept: Item[] }>
}

export async function startHost(stream: string, clock: Clock, exists = true): Promise<SimHost> {
  let store = memoryStore()
  let relay: Relay | null = null
  let known: Set<string> | null = null
  /** What this life of the stream was made of. */
  let journal: [Parameters<Store['commit']>[0], Awaited<ReturnType<Store['commit']>>][] = []

  const forgetful: Partial<Store> = {
    async commit(scope, decide) {
      const { producer } = scope
      const forgotten = producer !== undefined && known !== null && !known.has(producer)
      const verdict = await store.commit(scope, (state) =>
        decide(forgotten ? { ...state, producer: undefined } : state),
      )
      if (!verdict.ok || !verdict.write) return verdict
      if (forgotten) known?.add(producer)
      if (verdict.write.type === 'append') journal.push([scope, verdict])
      else journal = [[scope, verdict]]
      return verdict
    },
    close: async () => undefined,
  }

  const ask = async (init?: RequestInit, query = ''): Promise<Response> => {
    const running = relay ?? createRelay({ store: overlaid(store, forgetful), now: clock.now })
    const answer = await running.fetch(new Request(stream + query, init))
    if (running !== relay) await running.close()
    return answer
  }

  const host: SimHost = {
    ask,
    serve: (request) => relay?.fetch(request) ?? null,
    deliver: (letter) => relay?.answer(opened(letter)).then(reply) ?? null,
    async log() {
      const items: Item[] = []
      for (let offset = '-1'; ; ) {
        const answer = await ask(undefined, `?offset=${offset}`)
        if (!answer.ok) return items
        items.push(...((await answer.json()) as Item[]))
        offset = answer.headers.get('stream-next-offset') ?? offset
        if (answer.headers.has('stream-up-to-date')) return items
      }
    },
    async stop() {
      const ending = relay
      relay = null
      await ending?.close()
    },
    start() {
      relay ??= createRelay({ store: overlaid(store, forgetful), now: clock.now })
    },
    forget() {
      known = new Set()
    },
    async rewind(share, mark) {
      await host.stop()
      const before = await host.log()
      const keep = Math.max(1, Math.round(journal.length * (1 - share)))
      store = memoryStore()
      journal = journal.slice(0, keep)
      for (const [scope, verdict] of journal) await store.commit(scope, () => verdict)
      const kept = await host.log()
      const { headers } = await ask({ method: 'HEAD' })
      const tail = Number(headers.get('stream-next-offset')?.split('_')[1])
      await ask({ method: 'POST', headers: JSON_TYPE, body: JSON.stringify([mark(tail)]) })
      host.start()
      return { lost: before.slice(kept.length), kept }
    },
    async rebirth(share, between) {
      // Stopped, so that no append falls between the last look and the end.
      await host.stop()
      const lost = await host.log()
      const kept = lost.slice(0, wholeAppends(lost, Math.floor(lost.length * share)))
      await ask({ method: 'DELETE' })
      host.start()
      await between()
      await ask({ method: 'PUT', headers: JSON_TYPE, ...(kept.length > 0 && { body: JSON.stringify(kept) }) })
      return { lost, kept }
    },
  }
  host.start()
  if (exists) await ask({ method: 'PUT', headers: JSON_TYPE })
  return host
}

/** A store with some of its methods replaced. */
function overlaid(store: Store, own: Partial<Store>): Store {
  return new Proxy(store, {
    get(target, name) {
      const value: unknown = Reflect.get(own, name) ?? Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** The greatest number of items, at most `wanted`, that does not cut an append in two. */
function wholeAppends(log: readonly Item[], wanted: number): number {
  let keep = wanted
  while (keep > 0 && keep < log.length && log[keep]?.headers.txid === log[keep - 1]?.headers.txid) keep--
  return keep
}

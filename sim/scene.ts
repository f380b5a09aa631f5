import { assembleClient, type Client, type StreamOptions } from '../packages/client/src/client.ts'
import type { StreamHandle } from '../packages/client/src/handle.ts'
import type { HeadersRecord } from '../packages/client/src/index.ts'
import { tailSlots } from '../packages/client/src/slots.ts'
import type { Storage } from '../packages/client/src/storage.ts'
import { type MemoryDatabase, memoryDatabase } from '../packages/client/src/store/memory.ts'
import type { Batch } from '../packages/client/src/stream/batch.ts'
import { type Clock, installClock } from './clock.ts'
import { disk } from './disk.ts'
import { Faults } from './faults.ts'
import { type SimHost, startHost } from './host.ts'
import { network } from './network.ts'
import { seeded } from './random.ts'
import { NO_TROUBLE } from './rates.ts'
import { channelService, type Life, lockService, newLife, sleepIn } from './tabs.ts'

export const STREAM = 'http://relay.test/v1/stream/room'

/** A tab in a scene: nothing goes wrong but what the scene says. */
export interface Actor {
  readonly life: Life
  readonly client: Client
}

/** A tab that follows the stream. */
export interface Live extends Actor {
  readonly handle: StreamHandle
  /** What it shows. */
  readonly keys: readonly string[]
}

export interface Scene {
  readonly clock: Clock
  readonly host: SimHost
  /** Every request that was made, as `METHOD path?query`. */
  readonly requests: string[]
  /** What answers in the relay's place, where it answers at all. */
  intercept: (request: Request) => Response | undefined | Promise<Response | undefined>
  /** The network between page and relay. */
  online: boolean
  /** Whether someone looks at the tabs; `come` tells them. */
  visible: boolean
  /** The network or the page comes back. */
  come(): void
  /** Catch-up reads under way, and the most there were at once. */
  readonly reads: { now: number; most: number }
  /** A tab of the one device, or of `db`, or over a storage of its own. */
  tab(db?: MemoryDatabase, headers?: HeadersRecord, storage?: Storage): Actor
  /** A tab of the one device that has read the stream and follows it. */
  live(options?: StreamOptions): Promise<Live>
  /** Somebody else writes. */
  append(...texts: string[]): Promise<Response>
  /** The keys in the relay's log. */
  logged(): Promise<string[]>
  /** Advances until the relay's log holds `keys`, and a good while more: they are all that it is to hold. */
  sent(...keys: string[]): Promise<void>
  /** Lets time pass until `promise` is settled. */
  done<T>(promise: Promise<T>): Promise<T>
  /** Advances until `holds`; throws when it does not within `ms`. Resolves with the time that took. */
  until(holds: () => boolean | Promise<boolean>, ms?: number): Promise<number>
  end(): void
}

/** The real client and relay on virtual time, with one device. */
export async function createScene({ exists = true, limited = false } = {}): Promise<Scene> {
  const clock = installClock()
  const parts = {
    clock,
    random: seeded(1),
    rates: NO_TROUBLE,
    faults: new Faults(),
    trouble: () => false,
  }
  const host = await startHost(STREAM, clock, exists)
  const net = network({
    ...parts,
    host: { deliver: (letter) => (scene.online ? host.deliver(letter) : null) },
    locked: () => false,
    expire: () => undefined,
    note: () => undefined,
  })
  const locks = lockService()
  const channels = channelService(parts)
  const device = memoryDatabase()
  const watchers = new Set<() => void>()
  let uuids = 0

  const counted = async (answer: Response | Promise<Response>) => {
    const { reads } = scene
    reads.now += 1
    reads.most = Math.max(reads.most, reads.now)
    await Promise.resolve(answer).catch(() => undefined)
    reads.now -= 1
  }

  const scene: Scene = {
    clock,
    host,
    requests: [],
    intercept: () => undefined,
    online: true,
    visible: true,
    reads: { now: 0, most: 0 },
    come() {
      for (const fn of watchers) fn()
    },

    tab(db = device, headers = {}, storage = undefined) {
      const life = newLife()
      const send = net.fetchOf(life)
      const client = assembleClient({
        database: 'scene',
        headers,
        openStorage: async () => storage ?? disk({ ...parts, db, life, crash() {} }),
        effects: {
          fetch: async (input, init) => {
            const request = new Request(input, init)
            const { pathname, search } = new URL(request.url)
            scene.requests.push(`${request.method} ${pathname}${search}`)
            const isRead = request.method === 'GET' && !search.includes('live=')
            const instead = await scene.intercept(request)
            const answer = instead ? heeding(instead, init?.signal) : send(input, init)
            if (isRead) void counted(answer)
            return answer
          },
          now: clock.now,
          random: () => 0.5,
          uuid: () => `uuid-${++uuids}`,
          sleep: (ms, signal) => sleepIn(life, ms, signal),
          breathe: async () => undefined,
        },
        presence: {
          online: () => scene.online,
          visible: () => scene.visible,
          watch(fn, signal) {
            const watcher = () => fn()
            watchers.add(watcher)
            signal.addEventListener('abort', () => watchers.delete(watcher))
          },
        },
        locks: locks.locksOf(life),
        channels: channels.channelsOf(life),
        slots: tailSlots(locks.locksOf(life), () => limited),
      })
      return { life, client }
    },

    async live(options) {
      const actor = scene.tab()
      const handle = actor.client.stream(STREAM, options)
      const { keys, take } = keysOf()
      handle.subscribe(take)
      await scene.until(() => stateOf(handle) === 'live')
      return { ...actor, handle, keys }
    },

    append: (...texts) => scene.host.ask(posted(texts.map((text) => note(text)))),

    logged: async () => (await scene.host.log()).map(({ key }) => key),

    async sent(...keys) {
      await scene.until(async () => (await scene.logged()).length >= keys.length, 60_000)
      await clock.advance(60_000)
      const logged = await scene.logged()
      if (logged.join() !== keys.join()) throw new Error(`the relay holds ${logged}, not ${keys}`)
    },

    async done(promise) {
      let settled = false
      const settle = () => {
        settled = true
      }
      promise.then(settle, settle)
      await scene.until(() => settled)
      return promise
    },

    async until(holds, ms = 30_000) {
      const began = clock.now()
      while (!(await holds())) {
        if (clock.now() - began > ms) throw new Error(`not within ${ms} ms of virtual time`)
        await clock.advance(10)
      }
      return clock.now() - began
    },

    end: () => clock.uninstall(),
  }
  return scene
}

/** The answer, whose body breaks off when the request is aborted. */
function heeding(answer: Response, signal: AbortSignal | null | undefined): Response {
  if (!answer.body || !signal) return answer
  const reader = answer.body.getReader()
  const aborted = new Promise<never>((_, reject) => {
    const stop = () => reject(new DOMException('aborted', 'AbortError'))
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop)
  })
  aborted.catch(() => undefined)
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await Promise.race([reader.read(), aborted])
      if (done) controller.close()
      else controller.enqueue(value)
    },
  })
  return new Response(body, { status: answer.status, headers: answer.headers })
}

/** An append of somebody else, for `host.ask`. */
export function posted(items: readonly unknown[]): RequestInit {
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(items) }
}

export const isAppend = ({ method }: Request): boolean => method === 'POST'

/** An answer in the relay's place. */
export function refusal(status: number, headers = {}): Response {
  return new Response(JSON.stringify({ error: { code: 'scene', message: `scene ${status}` } }), {
    status,
    headers,
  })
}

/** An event stream that says where it stands, and then nothing. */
export function mute({ url }: Request): Response | undefined {
  const { searchParams } = new URL(url)
  if (searchParams.get('live') !== 'sse') return undefined
  const control = JSON.stringify({ streamNextOffset: searchParams.get('offset'), upToDate: true })
  const body = new ReadableStream<Uint8Array>({
    start: (controller) =>
      controller.enqueue(new TextEncoder().encode(`event: control\ndata: ${control}\n\n`)),
  })
  return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
}

const stateOf = (handle: StreamHandle) => handle.status.get().state
export const states = (handle: StreamHandle) => handle.outbox.get().map(({ state }) => state)

/** One message, as State Protocol. */
export function note(text: string, type = 'note') {
  return { type, key: text, value: { text }, headers: { operation: 'insert' } }
}

/** The keys that a subscriber has, as batches come. */
export function keysOf(): { readonly keys: string[]; readonly take: (batch: Batch) => void } {
  const keys: string[] = []
  return {
    keys,
    take(batch) {
      if (batch.reset) keys.length = 0
      keys.push(...batch.items.map((item) => (item as { key: string }).key))
    },
  }
}

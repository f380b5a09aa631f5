import { assembleClient } from '../../../packages/client/src/client.ts'
import type { Presence } from '../../../packages/client/src/presence.ts'
import { tailSlots } from '../../../packages/client/src/slots.ts'
import type { Storage } from '../../../packages/client/src/storage.ts'
import { slowedStorage } from '../../../sim/disk.ts'
import { Faults } from '../../../sim/faults.ts'
import { seeded } from '../../../sim/random.ts'
import { NO_TROUBLE } from '../../../sim/rates.ts'
import { awake, channelService, kill, type Life, lockService, newLife, sleepIn } from '../../../sim/tabs.ts'
import { createActor } from '../actor.ts'
import type { Tab } from '../world.ts'
import type { Time } from './time.ts'

export interface DeviceOptions {
  readonly time: Time
  readonly url: string
  readonly fetch: typeof fetch
  readonly presence: Presence
  readonly openStorage: () => Promise<Storage>
  /** Milliseconds of the clients' time, in those of the timers. */
  readonly timers?: (ms: number) => number
}

/** One device in this process: each tab the real client, which may freeze and die between any two steps. */
export function inProcessDevice(options: DeviceOptions) {
  const { time, url, presence, timers = (ms) => ms } = options
  const parts = {
    clock: time,
    random: seeded(1),
    rates: NO_TROUBLE,
    faults: new Faults(),
    trouble: () => false,
  }
  const locks = lockService()
  const channels = channelService(parts)
  const open = new Set<{ close(): Promise<void> }>()

  const start = (life: Life, types: readonly string[] | undefined) => {
    const client = assembleClient({
      database: 'scenario',
      headers: {},
      async openStorage() {
        const storage = await options.openStorage()
        return { ...storage, ...slowedStorage(storage, { ...parts, life, crash() {} }) }
      },
      effects: {
        fetch: gated(life, options.fetch),
        now: time.now,
        random: () => 0.5,
        uuid: () => crypto.randomUUID(),
        sleep: (ms, signal) => sleepIn(life, timers(ms), signal),
        breathe: async () => undefined,
      },
      presence,
      locks: locks.locksOf(life),
      slots: tailSlots(locks.locksOf(life)),
      channels: channels.channelsOf(life),
    })
    open.add(client)
    return createActor(client, url, types)
  }

  return {
    async tab(types?: readonly string[]): Promise<Tab> {
      let life = newLife()
      let actor = start(life, types)
      return {
        keys: async () => [...actor.keys()],
        status: async () => actor.status(),
        outbox: async () => actor.outbox(),
        write: (items, txid) => actor.write(items, txid),
        retry: (txid) => actor.retry(txid),
        discard: (txid) => actor.discard(txid),
        logOut: () => actor.logOut(),
        close: () => actor.close(),
        crash: async () => kill(life),
        async reload() {
          kill(life)
          life = newLife()
          actor = start(life, types)
        },
        async freeze() {
          let thaw = (): void => undefined
          life.frozen = new Promise<void>((resolve) => {
            thaw = () => {
              life.frozen = undefined
              resolve()
            }
          })
          return { thaw: async () => thaw() }
        },
      }
    },
    /** Tabs that died can not be closed, and need not be. */
    async end() {
      const closing = [...open].map((client) => client.close().catch(() => undefined))
      await Promise.race([Promise.all(closing), time.sleep(1_000)])
    },
  }
}

/** A tab's requests: none goes out, and no answer comes in, while it is frozen; all of them end with it. */
function gated(life: Life, send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const over = new AbortController()
    const end = () => over.abort(init?.signal?.reason)
    init?.signal?.addEventListener('abort', end, { once: true })
    if (init?.signal?.aborted) end()
    life.ends.add(end)
    await awake(life)
    const answer = await send(input, { ...init, signal: over.signal })
    await awake(life)
    const reader = answer.body?.getReader()
    if (!reader) return answer
    const body = new ReadableStream<Uint8Array>(
      {
        async pull(controller) {
          const { done, value } = await reader.read()
          await awake(life)
          if (done) controller.close()
          else controller.enqueue(value)
        },
        cancel: (reason) => reader.cancel(reason),
      },
      { highWaterMark: 0 },
    )
    return new Response(body, { status: answer.status, headers: answer.headers })
  }
}

/** The device's network, as a page is told of it. */
export function switchedPresence(): Presence & { turn(online: boolean): void } {
  let online = true
  const watching = new Set<() => void>()
  return {
    online: () => online,
    visible: () => true,
    watch(fn, signal) {
      watching.add(fn)
      signal.addEventListener('abort', () => watching.delete(fn), { once: true })
    },
    turn(now) {
      online = now
      for (const fn of [...watching]) fn()
    },
  }
}

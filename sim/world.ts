import { createRelay, type Relay, type Store } from '@strandline/relay'
import { memoryStore } from '@strandline/relay/memory'
import { assembleClient, type Client, type StreamHandle } from '../packages/client/src/client.ts'
import { type MemoryDatabase, memoryDatabase } from '../packages/client/src/memory.ts'
import { type Clock, installClock } from './clock.ts'
import { disk } from './disk.ts'
import { Faults } from './faults.ts'
import { network } from './network.ts'
import { type Random, seeded } from './random.ts'
import { awake, channelService, kill, type Life, lockService, newLife } from './tabs.ts'

const ORIGIN = 'http://relay.test'
const STREAM = `${ORIGIN}/v1/stream/room`

export interface Item {
  readonly key: string
  readonly headers: { readonly txid: string }
}

/** One tab of one device: the real client over a simulated browser. */
export interface Tab {
  readonly name: string
  readonly life: Life
  readonly client: Client
  readonly handle: StreamHandle
  /** What its observer has been given, in order. */
  items: Item[]
}

interface Device {
  readonly name: string
  readonly db: MemoryDatabase
  readonly locks: ReturnType<typeof lockService>
  readonly channels: ReturnType<typeof channelService>
  tabs: Tab[]
}

/** A write that was reported saved. */
interface Saved {
  readonly txid: string
  readonly writer: string
  readonly items: number
  readonly poisoned: boolean
}

export interface World {
  readonly clock: Clock
  readonly random: Random
  readonly faults: Faults
  readonly devices: readonly Device[]
  readonly saved: Saved[]
  /** Every `txid` that a life of the stream that is over has held. */
  readonly lived: Set<string>
  /** What happened, for a person who looks into a failing seed. */
  readonly trace: string[]
  log(): Promise<Item[]>
  openTab(device: Device): void
  crash(device: Device, tab: Tab): void
  freeze(tab: Tab, ms: number): void
  closeTab(device: Device, tab: Tab): Promise<void>
  write(tab: Tab): void
  restartRelay(downFor: number): Promise<void>
  forgetProducers(): Promise<void>
  wipe(): Promise<void>
  lock(ms: number): Promise<void>
  /** From now on nothing goes wrong. */
  heal(): Promise<void>
  end(): Promise<void>
}

export async function createWorld(seed: number): Promise<World> {
  const clock = installClock()
  const random = seeded(seed)
  const faults = new Faults()
  const trace: string[] = []
  const saved: Saved[] = []
  const lived = new Set<string>()
  const store = memoryStore()
  let healthy = false
  let locked = false
  let known: Set<string> | null = null
  let tabs = 0
  let writes = 0
  let uuids = 0
  let relay: Relay | null = null

  const note = (text: string) => trace.push(`${clock.now() - 1_700_000_000_000} ${text}`)
  const trouble = () => !healthy

  const startRelay = () =>
    createRelay({
      store: overlaid(store, {
        commit: async (scope, decide) => {
          const { producer } = scope
          const forgotten = producer !== undefined && known !== null && !known.has(producer)
          const verdict = await store.commit(scope, (state) =>
            decide(forgotten ? { ...state, producer: undefined } : state),
          )
          if (forgotten && verdict.ok && verdict.write) known?.add(producer)
          return verdict
        },
        close: async () => undefined,
      }),
      now: clock.now,
    })

  relay = startRelay()
  await relay.fetch(new Request(STREAM, { method: 'PUT', headers: { 'content-type': 'application/json' } }))

  const net = network({
    host: { serve: (request) => relay?.fetch(request) ?? null },
    clock,
    random,
    faults,
    trouble,
    locked: () => locked,
  })

  const devices = ['a', 'b'].map(
    (name): Device => ({
      name,
      db: memoryDatabase(),
      locks: lockService(),
      channels: channelService(clock, random, faults, trouble),
      tabs: [],
    }),
  )

  const readLog = async (): Promise<Item[]> => {
    const items: Item[] = []
    if (!relay) return items
    for (let offset = '-1'; ; ) {
      const answer = await relay.fetch(new Request(`${STREAM}?offset=${offset}`))
      if (!answer.ok) return items
      items.push(...((await answer.json()) as Item[]))
      offset = answer.headers.get('stream-next-offset') ?? offset
      if (answer.headers.has('stream-up-to-date')) return items
    }
  }

  const world: World = {
    clock,
    random,
    faults,
    devices,
    saved,
    lived,
    trace,
    log: readLog,

    openTab(device) {
      tabs += 1
      const name = `${device.name}${tabs}`
      const life = newLife()
      const alone = random.chance(0.2)
      if (alone && device.tabs.length > 0) faults.happened('two leaders')
      const crash = () => {
        const tab = device.tabs.find((candidate) => candidate.life === life)
        if (tab) world.crash(device, tab)
        else kill(life)
      }
      const client = assembleClient({
        database: device.name,
        headers: {},
        openStorage: async () => disk({ db: device.db, life, clock, random, faults, trouble, crash }),
        effects: {
          fetch: net.fetchOf(life),
          now: clock.now,
          random: random.unit,
          uuid: () => `uuid-${++uuids}`,
          sleep: (ms, signal) =>
            new Promise((resolve) => {
              const timer = setTimeout(() => void awake(life).then(done), ms)
              const done = () => {
                clearTimeout(timer)
                signal.removeEventListener('abort', done)
                resolve()
              }
              signal.addEventListener('abort', done)
              if (signal.aborted) done()
            }),
          breathe: async () => undefined,
        },
        presence: { online: () => true, visible: () => true, watch() {} },
        locks: alone ? undefined : device.locks.locksOf(life),
        channels: device.channels.channelsOf(life),
      })
      const handle = client.stream(STREAM)
      const tab: Tab = { name, life, client, handle, items: [] }
      handle.subscribe((batch) => {
        if (life.dead) return
        if (batch.reset) tab.items = []
        tab.items.push(...(batch.items as Item[]))
      })
      device.tabs.push(tab)
      note(`${name} opened${alone ? ', without locks' : ''}`)
    },

    crash(device, tab) {
      if (tab.life.dead) return
      faults.happened('tab crashed')
      note(`${tab.name} crashed`)
      kill(tab.life)
      device.tabs = device.tabs.filter((other) => other !== tab)
      void tab.client.close().catch(() => undefined)
    },

    freeze(tab, ms) {
      if (tab.life.frozen) return
      faults.happened('tab frozen')
      note(`${tab.name} frozen for ${ms}`)
      tab.life.frozen = clock.sleep(ms).then(() => {
        tab.life.frozen = undefined
      })
    },

    async closeTab(device, tab) {
      faults.happened('tab closed')
      note(`${tab.name} closed`)
      device.tabs = device.tabs.filter((other) => other !== tab)
      void tab.client.close().then(() => kill(tab.life))
    },

    write(tab) {
      writes += 1
      const txid = `${tab.name}-${writes}`
      const count = random.chance(0.2) ? random.whole(2, 3) : 1
      const poisoned = random.chance(0.03)
      const items = Array.from({ length: count }, (_, index) => ({
        type: poisoned ? 'poison' : 'message',
        key: `${txid}.${index}`,
        value: { text: txid },
        headers: { operation: 'insert' },
      }))
      tab.handle.append(items, { txid }).then(
        () => {
          if (tab.life.dead) return
          note(`${txid} saved`)
          saved.push({ txid, writer: tab.name, items: count, poisoned })
        },
        (error: unknown) => note(`${txid} not saved: ${String(error)}`),
      )
    },

    async restartRelay(downFor) {
      faults.happened('relay restarted')
      note(`relay down for ${downFor}`)
      const ending = relay
      relay = null
      await ending?.close()
      await clock.advance(downFor)
      relay = startRelay()
    },

    async forgetProducers() {
      const running = relay
      relay = null
      for (let waited = 0; net.underWay() > 0 && waited < 20_000; waited += 500) await clock.advance(500)
      relay = running
      known = new Set()
      faults.happened('relay forgot producers')
      note('relay forgets producers')
    },

    async wipe() {
      faults.happened('stream wiped')
      note('stream wiped')
      for (const item of await readLog()) lived.add(item.headers.txid)
      await relay?.fetch(new Request(STREAM, { method: 'DELETE' }))
      if (random.chance(0.5)) await clock.advance(random.whole(0, 500))
      await relay?.fetch(
        new Request(STREAM, { method: 'PUT', headers: { 'content-type': 'application/json' } }),
      )
    },

    async lock(ms) {
      note(`credentials refused for ${ms}`)
      locked = true
      await clock.advance(ms)
      locked = false
    },

    async heal() {
      note('healed')
      healthy = true
      await clock.advance(10_000)
    },

    async end() {
      for (const device of devices) for (const tab of device.tabs) void tab.client.close()
      await clock.advance(100)
      await relay?.close()
      await clock.advance(100)
    },
  }
  return world
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

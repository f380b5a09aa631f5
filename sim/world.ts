import { assembleClient, type Client } from '../packages/client/src/client.ts'
import { evicted } from '../packages/client/src/log/log.ts'
import { tailSlots } from '../packages/client/src/slots.ts'
import { type Clock, installClock } from './clock.ts'
import { createDevice, type Device, type Tab } from './device.ts'
import { damage, disk } from './disk.ts'
import { Faults } from './faults.ts'
import { type SimHost, startHost } from './host.ts'
import { network } from './network.ts'
import { packing, unpacked } from './packing.ts'
import { installRandom, type Random, seeded } from './random.ts'
import { type Rates, ratesOf } from './rates.ts'
import { kill, type Life, newLife, sleepIn } from './tabs.ts'
import { mark, messages } from './words.ts'

const STREAM = 'http://relay.test/v1/stream/room'

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
  readonly rates: Rates
  readonly faults: Faults
  readonly host: SimHost
  readonly devices: Device[]
  readonly saved: Saved[]
  /** Every `txid` that a life of the stream that is over has held. */
  readonly lived: Set<string>
  /**
   * The one case that stays open (write protocol, rule 12): what waited in two copies of a device when the relay was
   * set back, and so forgot how far each had come. It may be in the log twice.
   */
  readonly open: Set<string>
  /** What happened, for a person who looks into a failing seed. */
  readonly trace: string[]
  openTab(device: Device): void
  crash(device: Device, tab: Tab): void
  closeTab(device: Device, tab: Tab): void
  freeze(tab: Tab, ms: number): void
  clone(device: Device): void
  /** A byte of what the device's log holds is another from now on. */
  damage(device: Device): void
  /** The browser's disk is short: the device lets go of its log. */
  evict(device: Device): void
  write(tab: Tab): void
  restart(downFor: number): Promise<void>
  forget(): Promise<void>
  rebirth(share: number): Promise<void>
  rewind(share: number): Promise<void>
  losePower(device: Device): void
  lock(ms: number): Promise<void>
  /** From now on nothing goes wrong. */
  heal(): Promise<void>
  end(): Promise<void>
  /** Gives the host's clock and chance back. */
  leave(): void
}

export async function createWorld(seed: number, given?: Rates): Promise<World> {
  const clock = installClock()
  const began = clock.now()
  const random = seeded(seed)
  const uninstallRandom = installRandom(seeded(seed + 2 ** 31))
  const rates = given ?? ratesOf(random)
  const faults = new Faults()
  const host = await startHost(STREAM, clock)
  const trace: string[] = []
  const saved: Saved[] = []
  const lived = new Set<string>()
  const open = new Set<string>()
  let healthy = false
  let lockedUntil = 0
  let rewound = 0
  let tabs = 0
  let writes = 0
  let uuids = 0

  const note = (text: string) => trace.push(`${clock.elapsed(began)} ${text}`)
  const trouble = () => !healthy
  const parts = { clock, random, rates, faults, trouble }
  const locked = () => clock.elapsed(began) < lockedUntil
  const lock = (ms: number) => {
    lockedUntil = Math.max(lockedUntil, clock.elapsed(began) + ms)
    note(`credentials refused for ${ms}`)
  }
  const net = network({ ...parts, note, host, locked, expire: () => lock(random.whole(100, 5_000)) })
  const devices = [createDevice('a', parts), createDevice('b', parts)]

  /** Whether every append that was on its way has arrived; before that no relay may forget (write protocol, rule 12). */
  const arrived = async () => {
    for (let waited = 0; net.appends() > 0 && waited < 20_000; waited += 20) await clock.advance(20)
    return net.appends() === 0
  }

  const clientOf = (device: Device, life: Life, crash: () => void, alone: boolean): Client =>
    assembleClient({
      database: device.name,
      headers: {},
      openStorage: async () => disk({ ...parts, db: device.db, life, crash, flush: device.flush }),
      effects: {
        fetch: net.fetchOf(life),
        now: clock.now,
        random: random.unit,
        uuid: () => `uuid-${++uuids}`,
        sleep: (ms, signal) => sleepIn(life, ms, signal),
        breathe: async () => undefined,
      },
      presence: { online: () => true, visible: () => true, watch() {} },
      locks: alone ? undefined : device.locks.locksOf(life),
      channels: device.channels.channelsOf(life),
      limits: { idle: 300, join: 3, fold: 6, tail: 2 },
      slots: tailSlots(undefined, () => false),
    })

  const world: World = {
    clock,
    random,
    rates,
    faults,
    host,
    devices,
    saved,
    lived,
    open,
    trace,

    openTab(device) {
      tabs += 1
      const name = `${device.name}${tabs}`
      const life = newLife(name)
      const alone = random.chance(rates.alone)
      if (alone && device.tabs.length > 0) faults.happened('two leaders')
      const crash = () => {
        const tab = device.tabs.find((candidate) => candidate.life === life)
        if (tab) world.crash(device, tab)
        else kill(life)
      }
      const client = clientOf(device, life, crash, alone)
      const tab: Tab = { name, life, client, handle: client.stream(STREAM), items: [] }
      tab.handle.observe(
        ({ batch }) => {
          if (life.dead || !batch) return
          if (batch.reset) tab.items = []
          tab.items.push(...unpacked(batch.items))
        },
        { folding: packing },
      )
      device.tabs.push(tab)
      note(`${name} opened${alone ? ', without locks' : ''}`)
    },

    crash(device, tab) {
      if (tab.life.dead) return
      faults.happened('tab crashed')
      note(`${tab.name} crashed`)
      kill(tab.life)
      device.tabs = device.tabs.filter((other) => other !== tab)
      tab.client.close().catch(() => undefined)
    },

    closeTab(device, tab) {
      faults.happened('tab closed')
      note(`${tab.name} closed`)
      device.tabs = device.tabs.filter((other) => other !== tab)
      void tab.client.close().then(() => kill(tab.life))
    },

    freeze(tab, ms) {
      if (tab.life.frozen) return
      faults.happened('tab frozen')
      note(`${tab.name} frozen for ${ms}`)
      tab.life.frozen = clock.sleep(ms).then(() => {
        tab.life.frozen = undefined
      })
    },

    clone(device) {
      faults.happened('device cloned')
      const copy = createDevice('c', parts, device)
      devices.push(copy)
      note(`${device.name} cloned as ${copy.name}`)
      world.openTab(copy)
    },

    damage(device) {
      const damaged = damage(device.db, STREAM, random.pick)
      if (!damaged) return
      faults.happened('log damaged')
      note(`${device.name}: items ${damaged.n} to ${damaged.n + damaged.count} damaged`)
    },

    evict(device) {
      const stream = device.db.streams.get(STREAM)
      if (!stream?.streams?.count) return
      device.db.streams.set(STREAM, { ...stream, streams: evicted(stream.streams), segments: [] })
      faults.happened('log evicted')
      note(`${device.name}: log evicted`)
    },

    write(tab) {
      writes += 1
      const txid = `${tab.name}-${writes}`
      const count = random.chance(0.2) ? random.whole(2, 3) : 1
      const poisoned = random.chance(rates.poison)
      const items = messages(txid, count, poisoned ? 'poison' : 'message')
      tab.handle.append(items, { txid }).then(
        () => {
          if (tab.life.dead) return
          note(`${txid} saved`)
          saved.push({ txid, writer: tab.name, items: count, poisoned })
        },
        (error: unknown) => note(`${txid} not saved: ${String(error)}`),
      )
    },

    async restart(downFor) {
      faults.happened('relay restarted')
      note(`relay down for ${downFor}`)
      await host.stop()
      await clock.advance(downFor)
      host.start()
    },

    async forget() {
      const restarts = random.chance(0.5)
      if (restarts) await host.stop()
      if (await arrived()) {
        faults.happened('relay forgot producers')
        note('relay forgets producers')
        host.forget()
      }
      host.start()
    },

    async rebirth(share) {
      const { lost, kept } = await host.rebirth(share, async () => {
        if (random.chance(0.5)) await clock.advance(random.whole(0, 500))
      })
      for (const { headers } of lost) lived.add(headers.txid)
      faults.happened(kept.length > 0 ? 'stream restored' : 'stream wiped')
      note(`another life of the stream, with ${kept.length} of ${lost.length} items`)
    },

    async rewind(share) {
      await host.stop()
      if (!(await arrived())) return host.start()
      rewound += 1
      const { lost, kept } = await host.rewind(share, (tail) => mark(rewound, tail))
      for (const { headers } of lost) lived.add(headers.txid)
      const waiting = devices.map(({ db }) => db.streams.get(STREAM)?.outbox.map(({ txid }) => txid) ?? [])
      for (const txid of waiting.flat())
        if (waiting.filter((txids) => txids.includes(txid)).length > 1) open.add(txid)
      if (lost.length > 0) faults.happened('stream set back within its life')
      note(`the stream is set back from ${lost.length + kept.length} to ${kept.length} items`)
    },

    losePower(device) {
      faults.happened('power lost')
      for (const tab of [...device.tabs]) world.crash(device, tab)
      device.losePower()
      note(`${device.name} lost power`)
    },

    async lock(ms) {
      lock(ms)
      await clock.advance(ms)
    },

    async heal() {
      note('healed')
      healthy = true
      lockedUntil = 0
      await clock.advance(10_000)
    },

    async end() {
      for (const device of devices) for (const tab of device.tabs) void tab.client.close()
      await clock.advance(100)
      await host.stop()
      // By then the last deadline of a crashed tab has passed; what still waits would wait for ever.
      await clock.advance(100_000)
    },

    leave() {
      clock.uninstall()
      uninstallRandom()
    },
  }
  return world
}

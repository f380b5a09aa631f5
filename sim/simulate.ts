import type { Tab } from './device.ts'
import type { Faults } from './faults.ts'
import type { Item } from './host.ts'
import { nextStep, type Rates } from './rates.ts'
import { createWorld, type World } from './world.ts'

export interface Outcome {
  readonly seed: number
  /** What should not be; empty where all is well. */
  readonly violations: readonly string[]
  readonly trace: readonly string[]
  readonly faults: Faults
  readonly saved: number
}

/** Things that happen in one run. */
const STEPS = 60

export interface Settings {
  /** What goes wrong, and how often. Default: each seed has troubles of its own. */
  readonly rates?: Rates
  /** Called after each step. */
  readonly between?: () => void
}

/** One run: trouble for a while, then peace, then every promise is checked. */
export async function simulate(seed: number, { rates, between }: Settings = {}): Promise<Outcome> {
  const violations: string[] = []
  const rejected = (reason: unknown) => {
    violations.push(`unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}`)
  }
  process.on('unhandledRejection', rejected)
  const world = await createWorld(seed, rates)
  try {
    for (const device of world.devices) world.openTab(device)
    for (let step = 0; step < STEPS; step++) {
      await act(world)
      between?.()
    }
    await settle(world)
    violations.push(...(await check(world)))
    await world.end()
    if (world.clock.pending() > 0)
      violations.push(`${world.clock.pending()} timers left after everything was closed`)
  } finally {
    world.leave()
    process.off('unhandledRejection', rejected)
  }
  return { seed, violations, trace: world.trace, faults: world.faults, saved: world.saved.length }
}

async function act(world: World): Promise<void> {
  const { random, rates, clock, devices, faults } = world
  const device = random.pick(devices)
  const tab = device.tabs.length > 0 ? random.pick(device.tabs) : undefined
  const step = tab ? nextStep(random, rates) : 'open'
  if (!tab || step === 'open') {
    if (device.tabs.length < 3) world.openTab(device)
  } else if (step === 'crash') world.crash(device, tab)
  else if (step === 'close') world.closeTab(device, tab)
  else if (step === 'restart') await world.restart(random.whole(0, 4_000))
  else if (step === 'forget') await world.forget()
  else if (step === 'wipe') await world.rebirth(0)
  else if (step === 'restore') await world.rebirth(random.unit())
  else if (step === 'rewind') await world.rewind(random.unit() * random.unit())
  else if (step === 'power') world.losePower(device)
  else if (step === 'clone') {
    if (devices.length < 3) world.clone(device)
  } else if (step === 'lock') await world.lock(random.whole(100, 5_000))
  else if (step === 'freeze') world.freeze(tab, random.whole(100, 20_000))
  else if (step === 'damage') world.damage(device)
  else if (step === 'evict') world.evict(device)
  else if (step === 'jump') {
    faults.happened('clock jumped')
    clock.jump(random.whole(-86_400_000, 86_400_000))
  } else for (let n = random.whole(1, 4); n > 0; n--) world.write(tab)
  if (random.chance(0.1)) retryAll(world)
  await clock.advance(random.whole(1, 600))
}

/** A person who looks at the status asks again where it waits for that. */
function retryAll(world: World): void {
  for (const device of world.devices)
    for (const { handle } of device.tabs)
      if (['unauthorized', 'halted', 'gone'].includes(handle.status.get().state)) void handle.retry()
}

async function settle(world: World): Promise<void> {
  await world.heal()
  for (const device of world.devices) if (device.tabs.length === 0) world.openTab(device)
  for (let round = 0; round < 60; round++) {
    retryAll(world)
    await world.clock.advance(5_000)
    const log = await world.host.log()
    // What is there twice now stays so; a client that goes on doubling would only make a longer log of it.
    if (quiet(world, log) || doubled(log).length > 0) break
  }
  // Long enough for an outbox to be looked at without news, and to see that quiet is quiet.
  await world.clock.advance(45_000)
}

function quiet(world: World, log: readonly Item[]): boolean {
  return tabsOf(world).every(
    ({ handle, items }) =>
      items.length === log.length &&
      handle.status.get().state === 'live' &&
      handle.outbox.get().every(({ state }) => state === 'rejected'),
  )
}

function tabsOf(world: World): Tab[] {
  return world.devices.flatMap((device) => device.tabs)
}

async function check(world: World): Promise<string[]> {
  const log = await world.host.log()
  const found = doubled(log.filter(({ headers }) => !world.open.has(headers.txid)))
  const waiting = new Map(
    tabsOf(world).flatMap(({ handle }) => handle.outbox.get().map((w) => [w.txid, w.state])),
  )
  for (const { txid, items, poisoned } of world.saved) {
    const stored = log.filter(({ headers }) => headers.txid === txid).length
    const state = waiting.get(txid)
    if (poisoned) {
      if (state !== 'rejected') found.push(`${txid} was refused, but is ${state ?? 'nowhere'}`)
    } else if (stored === 0 && !world.lived.has(txid))
      found.push(`${txid} was saved and is lost (outbox: ${state})`)
    else if (stored > 0 && stored !== items && !isExcused(world, txid)) found.push(`${txid} is there in part`)
    else if (state !== undefined) found.push(`${txid} is in the log and in the outbox as ${state}`)
  }
  found.push(...orderOf(world, log))
  for (const { name, items, handle } of tabsOf(world)) {
    if (JSON.stringify(items) !== JSON.stringify(log))
      found.push(`${name} shows ${items.length} items, the relay has ${log.length}, or in another order`)
    const status = handle.status.get()
    if (status.state !== 'live') found.push(`${name} is ${status.state} in peace`)
    if (found.length > 0) found.push(`${name}: ${JSON.stringify(status)}`)
  }
  return found
}

/** Another life held it, or it waited in two copies of a device when the relay was set back. */
function isExcused({ lived, open }: World, txid: string): boolean {
  return lived.has(txid) || open.has(txid)
}

function doubled(log: readonly Item[]): string[] {
  const counts = new Map<string, number>()
  for (const { key } of log) counts.set(key, (counts.get(key) ?? 0) + 1)
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([key, count]) => `${key} is in the log ${count} times`)
}

/** What one tab wrote stands in the log in the order in which it was saved. */
function orderOf(world: World, log: readonly Item[]): string[] {
  const place = new Map<string, number>()
  for (const [index, { headers }] of log.entries())
    if (!place.has(headers.txid)) place.set(headers.txid, index)
  const last = new Map<string, { txid: string; at: number }>()
  const found: string[] = []
  for (const { txid, writer } of world.saved) {
    const at = place.get(txid)
    // After another life began, a copy of a device may send what the original had seen arrive.
    if (at === undefined || isExcused(world, txid)) continue
    const before = last.get(writer)
    if (before && before.at > at) found.push(`${before.txid} was saved before ${txid} and stands after it`)
    last.set(writer, { txid, at })
  }
  return found
}

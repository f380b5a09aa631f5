import type { StateItem } from '@strandline/client'
import type { Tab, World } from './world.ts'

/** One message, as State Protocol. */
export function note(key: string, type = 'note'): StateItem {
  return { type, key, value: { text: `${key} 潮🌊` }, headers: { operation: 'insert' } }
}

const notes = (...keys: string[]): StateItem[] => keys.map((key) => note(key))

/** What the relay holds, by key. */
export async function logged({ relay, path }: World): Promise<string[]> {
  return ((await relay.read(path)) as { key: string }[]).map(({ key }) => key)
}

/** Somebody else appends. */
export function others({ relay, path }: World, ...keys: string[]): Promise<void> {
  return relay.append(path, notes(...keys))
}

export async function stateOf(tab: Tab): Promise<string> {
  return (await tab.status()).state
}

/** A tab that is at the tail. */
export async function live(world: World): Promise<Tab> {
  const tab = await world.tab()
  await world.until(async () => (await stateOf(tab)) === 'live')
  return tab
}

export async function sees(world: World, tab: Tab, keys: readonly string[]): Promise<void> {
  await world.until(async () => (await tab.keys()).join() === keys.join())
}

/** Waits until nothing waits. */
export async function sent(world: World, tab: Tab): Promise<void> {
  await world.until(async () => (await tab.outbox()).length === 0)
}

export async function states(tab: Tab): Promise<string[]> {
  return (await tab.outbox()).map(({ state }) => state)
}

/** Requests so far, of one method or all. */
export function asked({ relay }: World, method?: string): number {
  return relay.requests.filter((request) => method === undefined || request.method === method).length
}

/** Waits until nobody asks any more, for so long that a loop would have shown. */
export async function quiet(world: World, method?: string): Promise<void> {
  for (let tries = 0; tries < 5; tries++) {
    const before = asked(world, method)
    await world.aWhile()
    if (asked(world, method) === before) return
  }
  throw new Error('it is asked again and again')
}

/** The code with which a write is refused. */
export async function codeOf(write: Promise<unknown>): Promise<unknown> {
  return write.then(
    () => 'it was taken',
    (error: unknown) => (error as { code?: unknown }).code,
  )
}

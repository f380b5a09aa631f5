import type { Locks } from '../packages/client/src/leader.ts'
import type { Channels } from '../packages/client/src/tabs.ts'
import type { Clock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { Random } from './random.ts'
import type { Rates } from './rates.ts'

/** What every part of the simulation shares. */
export interface Surroundings {
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly random: Random
  readonly rates: Rates
  readonly faults: Faults
  /** Whether anything may go wrong now. */
  readonly trouble: () => boolean
}

/** A tab's hold on life: once dead, nothing of it happens any more. */
export interface Life {
  readonly name: string
  dead: boolean
  /** Resolves when the tab thaws; undefined while it is not frozen. */
  frozen: Promise<void> | undefined
  readonly ends: Set<() => void>
}

export function newLife(name = 'tab'): Life {
  return { name, dead: false, frozen: undefined, ends: new Set() }
}

/** What a frozen tab waits for, whatever it does; a dead one waits for ever. */
export async function awake(life: Life): Promise<void> {
  while (life.frozen) await life.frozen
  if (life.dead) await new Promise<never>(() => undefined)
}

/** The client's `sleep` in a tab: over when `signal` ends, and no earlier than the tab is awake. */
export function sleepIn(life: Life, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => void awake(life).then(done), ms)
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}

export function kill(life: Life): void {
  life.dead = true
  for (const end of life.ends) end()
}

interface Held {
  release(): void
  /** Another tab steals the lock. */
  lose(): void
}

/** The browser's locks, first come first served; a dead tab lets go of what it holds, a frozen one does not. */
export function lockService() {
  const holders = new Map<string, Held>()
  const queues = new Map<string, (() => void)[]>()

  const locksOf = (life: Life): Locks => {
    const request = (name: string, options: LockOptions, body: (lock: Lock | null) => Promise<unknown>) =>
      new Promise((resolve, reject) => {
        const { signal, steal, ifAvailable } = options
        const queue = queues.get(name) ?? []
        queues.set(name, queue)
        const stopped = () => new DOMException('aborted', 'AbortError')

        const grant = () => {
          signal?.removeEventListener('abort', abandon)
          const held: Held = {
            release() {
              if (holders.get(name) !== held) return
              holders.delete(name)
              queue.shift()?.()
            },
            lose() {
              holders.delete(name)
              reject(stopped())
            },
          }
          holders.set(name, held)
          life.ends.add(held.release)
          body({ name, mode: 'exclusive' })
            .then(resolve, reject)
            .finally(() => life.dead || held.release())
        }
        const abandon = () => {
          if (queue.includes(grant)) queue.splice(queue.indexOf(grant), 1)
          reject(stopped())
        }
        life.ends.add(() => {
          if (queue.includes(grant)) queue.splice(queue.indexOf(grant), 1)
        })
        signal?.addEventListener('abort', abandon, { once: true })
        if (ifAvailable && holders.has(name)) body(null).then(resolve, reject)
        else if (steal) {
          holders.get(name)?.lose()
          grant()
        } else if (holders.has(name)) queue.push(grant)
        else grant()
      })
    return { request: request as Locks['request'] }
  }
  return { locksOf }
}

/** BroadcastChannel with delays; now and then a message is lost, as with a tab that is about to sleep. */
export function channelService({ clock, random, rates, faults, trouble }: Surroundings) {
  const members = new Map<string, Set<{ life: Life; hear: (data: unknown) => void }>>()
  const channelsOf =
    (life: Life): Channels =>
    (name) => {
      const room = members.get(name) ?? new Set()
      members.set(name, room)
      const member = { life, hear: (data: unknown) => channel.onmessage?.({ data } as MessageEvent) }
      room.add(member)
      life.ends.add(() => room.delete(member))
      const channel: ReturnType<Channels> = {
        onmessage: null,
        postMessage(data: unknown) {
          if (life.dead || room.size < 2) return
          const copy = structuredClone(data)
          for (const other of room) {
            if (other === member) continue
            if (trouble() && random.chance(rates.newsLost)) {
              faults.happened('news between tabs lost')
              continue
            }
            void clock
              .sleep(random.whole(0, 5))
              .then(() => awake(other.life))
              .then(() => room.has(other) && other.hear(copy))
          }
        },
        close: () => room.delete(member),
      }
      return channel
    }
  return { channelsOf }
}

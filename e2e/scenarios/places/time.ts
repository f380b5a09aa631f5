import { setTimeout as sleep } from 'node:timers/promises'
import { installClock } from '../../../sim/clock.ts'
import { SPEED } from './hurried.ts'

/** The time of the clients in one world. */
export interface Time {
  /** Milliseconds. */
  now(): number
  sleep(ms: number): Promise<void>
  pass(ms: number): Promise<void>
  /** The shortest wait in which something may come about. */
  moment(): Promise<void>
  /** How long a loop that should not be is looked out for. */
  readonly aWhile: number
  end(): Promise<void>
}

export function hurriedTime(): Time {
  const began = Date.now()
  return {
    now: () => began + (Date.now() - began) * SPEED,
    sleep: (ms) => sleep(ms / SPEED),
    pass: (ms) => sleep(ms / SPEED),
    moment: () => sleep(10),
    aWhile: 4_000,
    async end() {},
  }
}

/** Virtual time, which flows by itself for as long as the world lasts. */
export function virtualTime(): Time {
  const clock = installClock()
  let over = false
  let passing = Promise.resolve()
  const pass = (ms: number) => {
    passing = passing.then(() => clock.advance(ms))
    return passing
  }
  const flow = async () => {
    while (!over) await pass(10)
  }
  const flowing = flow()
  return {
    now: clock.now,
    sleep: clock.sleep,
    pass,
    moment: () => pass(10),
    aWhile: 120_000,
    async end() {
      over = true
      await flowing
      clock.uninstall()
    },
  }
}

import './loaded.ts'

interface Timer {
  readonly id: number
  readonly at: number
  readonly every: number | undefined
  readonly run: () => void
}

/** What the host's `setTimeout` gives. */
class Handle {
  readonly id: number
  constructor(id: number) {
    this.id = id
  }
  ref() {
    return this
  }
  unref() {
    return this
  }
  [Symbol.toPrimitive]() {
    return this.id
  }
}

/** Virtual time in place of the host's timers: nothing happens but what `advance` lets happen, in one order. */
export interface Clock {
  now(): number
  /** Milliseconds of virtual time since `began`, whatever the wall clock was set to. */
  elapsed(began: number): number
  /** Wall clock and timers part ways, as when a person sets the clock. */
  jump(ms: number): void
  sleep(ms: number): Promise<void>
  /** Runs what is due within `ms`, one timer at a time, letting all that follows from it happen. */
  advance(ms: number): Promise<void>
  /** Timers that wait. */
  pending(): number
  uninstall(): void
}

const START = 1_700_000_000_000

export function installClock(): Clock {
  const host = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    now: Date.now,
  }
  const timers = new Map<number, Timer>()
  let time = START
  let skew = 0
  let ids = 0

  const start = (run: () => void, ms: number, every?: number) => {
    ids += 1
    const id = ids
    timers.set(id, { id, at: time + Math.max(0, ms || 0), every, run })
    return new Handle(id)
  }
  const stop = (handle: unknown) => {
    timers.delete(handle instanceof Handle ? handle.id : (handle as number))
  }
  Object.assign(globalThis, {
    setTimeout: (run: (...args: unknown[]) => void, ms: number, ...args: unknown[]) =>
      start(() => run(...args), ms),
    clearTimeout: stop,
    setInterval: (run: () => void, ms: number) => start(run, ms, ms),
    clearInterval: stop,
  })
  Date.now = () => time + skew

  const earliest = (): Timer | undefined => {
    let found: Timer | undefined
    // In the order in which they were set, so that of two for one moment the older comes first.
    for (const timer of timers.values()) if (!found || timer.at < found.at) found = timer
    return found
  }

  return {
    now: () => time + skew,
    elapsed: (began) => time - began,
    jump: (ms) => {
      skew += ms
    },
    sleep: (ms) => new Promise((resolve) => start(resolve, ms)),
    async advance(ms) {
      const end = time + ms
      await turn()
      for (let timer = earliest(); timer && timer.at <= end; timer = earliest()) {
        timers.delete(timer.id)
        time = Math.max(time, timer.at)
        if (timer.every !== undefined) timers.set(timer.id, { ...timer, at: time + timer.every })
        timer.run()
        await quiet()
      }
      time = end
    },
    pending: () => timers.size,
    uninstall() {
      const { now, ...rest } = host
      Object.assign(globalThis, rest)
      Date.now = now
    },
  }
}

/**
 * Everything in here runs on promises, which a tick comes after, those included that they make; a second one comes
 * after what ticks of the host's own began. A turn of its loop between two timers costs several times as much.
 */
async function quiet(): Promise<void> {
  for (let tick = 0; tick < 2; tick++) await new Promise<void>((resolve) => process.nextTick(resolve))
}

/** The host's own business: garbage may go, and a rejection that nobody has handled is reported. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

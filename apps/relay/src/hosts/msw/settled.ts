/** What is watched beside the network: a stream handle, or a database over one. */
export interface Watched {
  /** As of both: where the stream stands. */
  readonly status: Signal<{ readonly state: string }>
  /** As of a handle. */
  readonly outbox?: Signal<readonly { readonly state: string }[]>
  /** As of a handle: log and outbox, replayed first. */
  observe?(observer: (change: { readonly replayed: boolean }) => void): () => void
  /** As of a database. */
  readonly pending?: { readonly toArray: readonly { readonly state: string }[] }
  /** As of a database: how far its rows reach, of which stream. */
  readonly offset?: string
  /** As of a database; what it is called where it keeps `settled` waiting. */
  readonly stream?: { readonly url: string }
}

interface Signal<T> {
  get(): T
  subscribe(fn: () => void): () => void
}

/** How long `settled` waits, and for how much quiet. */
export interface SettledOptions {
  /** Milliseconds after which it rejects and says what it waits for. Default 4,500. */
  readonly within?: number
}

export interface SettledPort {
  /** What the network still waits for, in words; empty where all is quiet. */
  busy(watched: boolean): readonly string[]
  /** Resolves when that may have changed. */
  next(): Promise<void>
  /** The end of the stream at a URL; null where there is none. */
  tail(url: string): Promise<string | null>
}

/** States in which a client waits for something other than time. */
const RESTING = new Set(['live', 'closed', 'gone', 'unauthorized', 'halted'])
const LEAVING = new Set(['saved', 'sending', 'sent'])

/** Resolves when clients and relay agree. */
export async function settled(
  { busy, next, tail }: SettledPort,
  watched: readonly Watched[],
  { within = 4_500 }: SettledOptions,
): Promise<void> {
  const open = () => [...busy(watched.length > 0), ...watched.flatMap(waitsFor)]
  let late = false
  let wake = (): void => undefined
  const moved = () => wake()
  const timer = setTimeout(() => {
    late = true
    wake()
  }, within)
  const stops = watched.flatMap(({ status, outbox }) => [status.subscribe(moved), outbox?.subscribe(moved)])
  const quiet = async () => {
    for (let turns = 0; turns < QUIET; turns += 1) {
      for (let waiting = open(); waiting.length > 0; waiting = open()) {
        if (late) throw new Error(`not settled within ${within} ms: waiting for ${waiting.join(', ')}`)
        turns = 0
        const news = new Promise<void>((resolve) => {
          wake = resolve
        })
        await Promise.race([next(), news])
      }
      await turn()
    }
  }
  try {
    await quiet()
    while (!(await allShown(watched, tail))) {
      if (late) throw new Error(`not settled within ${within} ms: waiting for rows to be shown`)
      await new Promise((resolve) => later(resolve, FRAME))
      await quiet()
    }
  } finally {
    clearTimeout(timer)
    for (const stop of stops) stop?.()
  }
}

/** Whether what the device has is also with those who read it. */
async function allShown(watched: readonly Watched[], tail: SettledPort['tail']): Promise<boolean> {
  const shown = watched.map(async ({ observe, offset, status, stream }) => {
    if (observe) await replayed(observe)
    if (offset === undefined || !stream || status.get().state !== 'live') return true
    return offset === ((await tail(stream.url)) ?? offset)
  })
  return (await Promise.all(shown)).every(Boolean)
}

/** A stream hands over in one order: who asked earlier has it before. */
function replayed(observe: NonNullable<Watched['observe']>): Promise<void> {
  return new Promise((resolve) => {
    const stop = observe((change) => {
      if (!change.replayed) return
      resolve()
      queueMicrotask(() => stop())
    })
  })
}

function waitsFor({ status, outbox, pending }: Watched): string[] {
  const { state } = status.get()
  const leaving = (outbox?.get() ?? pending?.toArray ?? []).filter((write) => LEAVING.has(write.state))
  const stuck = state === 'gone' || state === 'unauthorized' || state === 'halted'
  return [
    ...(RESTING.has(state) ? [] : [`a stream that is ${state}`]),
    ...(leaving.length > 0 && !stuck ? [`${leaving.length} writes to be in the log`] : []),
  ]
}

/** Milliseconds in which rows that arrived are drawn together. */
const FRAME = 8

/** Taken at import: a test that fakes timers does not stop them. */
const { setImmediate: immediately, setTimeout: later } = globalThis as {
  setImmediate?: (fn: () => void) => void
  setTimeout: (fn: (value?: unknown) => void, ms: number) => unknown
}

/**
 * Turns in which nothing may move: enough for a client to come from its disk to a request. A browser's disk is real,
 * and so is its time: 100 ms.
 */
const QUIET = immediately ? 500 : 25

function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (immediately) immediately(resolve)
    else later(() => resolve(), 4)
  })
}

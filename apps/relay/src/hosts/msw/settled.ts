/** What is watched beside the network: a stream handle, or a database over one. */
export interface Watched {
  readonly status: Signal<{ readonly state: string }>
  /** As of a handle. */
  readonly outbox?: Signal<readonly { readonly state: string }[]>
  /** As of a database. */
  readonly pending?: { readonly toArray: readonly { readonly state: string }[] }
}

interface Signal<T> {
  get(): T
  subscribe(fn: () => void): () => void
}

export interface SettledOptions {
  /** Milliseconds after which it rejects and says what it waits for. Default 4,500. */
  readonly within?: number
}

export interface SettledPort {
  /** What the network still waits for, in words; empty where all is quiet. */
  busy(watched: boolean): readonly string[]
  /** Resolves when that may have changed. */
  next(): Promise<void>
}

/** Turns of the host's loop in which nothing may move: enough for a client to come from its disk to a request. */
const QUIET = 50

/** States in which a client waits for something other than time. */
const RESTING = new Set(['live', 'closed', 'gone', 'unauthorized', 'halted'])
const LEAVING = new Set(['saved', 'sending', 'sent'])

/** Resolves when clients and relay agree. */
export async function settled(
  { busy, next }: SettledPort,
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
  try {
    for (let quiet = 0; quiet < QUIET; quiet += 1) {
      for (let waiting = open(); waiting.length > 0; waiting = open()) {
        if (late) throw new Error(`not settled within ${within} ms: waiting for ${waiting.join(', ')}`)
        quiet = 0
        const news = new Promise<void>((resolve) => {
          wake = resolve
        })
        await Promise.race([next(), news])
      }
      await turn()
    }
  } finally {
    clearTimeout(timer)
    for (const stop of stops) stop?.()
  }
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

/** Taken at import: a test that fakes timers does not stop it. */
const { setImmediate: immediately } = globalThis as { setImmediate?: (fn: () => void) => void }

/** One turn of the host's event loop. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (immediately) return immediately(resolve)
    const { port1, port2 } = new MessageChannel()
    const done = () => {
      port1.close()
      resolve()
    }
    port1.addEventListener('message', done)
    port1.start()
    port2.postMessage(null)
  })
}

import { child } from './effects.ts'

/** The part of the Web Locks API that leading needs. */
export type Locks = Pick<LockManager, 'request'>

export interface LeadOptions {
  readonly name: string
  /** undefined: the body runs at once. Correctness rests on compare-and-set, the lock only saves work (invariant 8). */
  readonly locks: Locks | undefined
  /** Resolves when the tab that leads has been silent for too long, or when `signal` ends. */
  readonly overdue: (signal: AbortSignal) => Promise<void>
}

/**
 * Queues for the lock; holding it is running `body`, whose signal ends when the lock is lost. A leader that is
 * frozen keeps its lock, so one that is overdue has it stolen; thawed, it finds itself aborted and queues again.
 * Resolves when `signal` is aborted and the body has ended; rejects with what the body throws.
 */
export async function lead(
  options: LeadOptions,
  signal: AbortSignal,
  body: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (!options.locks) return body(signal)
  let steal = false
  while (!signal.aborted) steal = await term(options, options.locks, steal, signal, body)
}

/** One wait for the lock and one time in the lead. True where the lock is to be stolen next. */
async function term(
  { name, overdue }: LeadOptions,
  locks: Locks,
  steal: boolean,
  signal: AbortSignal,
  body: (signal: AbortSignal) => Promise<void>,
): Promise<boolean> {
  const waiting = child(signal)
  const holding = child(signal)
  let running: Promise<void> | undefined
  let late = false
  const hold = (): Promise<void> => {
    running = body(holding.signal)
    waiting.abort()
    return running
  }
  // A request that steals may not carry a signal.
  const held = locks.request(name, steal ? { steal } : { signal: waiting.signal }, hold)
  void overdue(waiting.signal).then(() => {
    late = !waiting.signal.aborted
    waiting.abort()
  })
  try {
    await held
    return false
  } catch (error) {
    const lost = error instanceof DOMException && error.name === 'AbortError'
    if (!lost) throw error
    return late
  } finally {
    waiting.abort()
    holding.abort()
    await running
  }
}

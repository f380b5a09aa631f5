import type { Bell } from '../bell.ts'
import { child, type Effects } from '../effects.ts'
import { asSyncError, nextStep } from '../errors.ts'
import type { DrainPort } from '../outbox/drain.ts'
import type { ClaimLimits, EntryError, Outbox } from '../outbox/outbox.ts'
import { compareOffsets, type Offset } from '../protocol/index.ts'
import type { Readable } from '../readable.ts'
import type { Shore } from '../sync/loop.ts'
import type { Transport } from '../transport.ts'
import type { Mirror } from './mirror.ts'

/** Milliseconds that an answered append gives the tail to bring its echo, before the log is read up to it. */
const ECHO_PATIENCE = 2_000

export interface DrainPortOptions {
  readonly id: string
  readonly mirror: Mirror
  readonly outbox: Outbox
  readonly limits: ClaimLimits
  readonly transport: Transport
  readonly shore: Shore
  /** The log is at the relay's tail, as far as this device knows. */
  readonly atTail: Readable<boolean>
  readonly effects: Pick<Effects, 'uuid' | 'sleep'>
  readonly nudges: Bell
  /** Rings when the mirror has changed. */
  readonly moved: Bell
  /** Rings when a write was saved. */
  readonly work: Bell
  /** The outbox on disk was changed. */
  readonly changed: () => void
  /** What is known of the claim under way is for other tabs too. */
  readonly told: (answered: readonly number[], error: EntryError | undefined) => void
}

/** The drain's view of a stream. */
export function drainPort(options: DrainPortOptions): DrainPort {
  const { id, mirror, outbox, transport, shore, atTail, effects, nudges } = options

  const refreshed = async <T>(change: Promise<T>): Promise<T> => {
    const result = await change
    await mirror.refresh()
    options.changed()
    return result
  }

  const news = (answered: readonly number[], error?: EntryError) => {
    mirror.news(answered, error)
    options.told(answered, error)
  }

  const catchUp = async (signal: AbortSignal): Promise<void> => {
    try {
      for (;;) {
        signal.throwIfAborted()
        const page = await transport.read(await shore.head(), signal)
        const outcome = await shore.accept(page, 'catch-up')
        // Where the tail moved the log on meanwhile, the page fits no more, and nothing of it was stored.
        if (page.upToDate && outcome !== 'gap') return
      }
    } catch (error) {
      // The log is the sync loop's to renew, whose own tail may stay silent.
      if (nextStep(asSyncError(error, 'network')) === 'new-life') nudges.ring()
      throw error
    }
  }

  return {
    ready: (signal) => until(atTail, Boolean, signal),
    written: options.work.wait,
    freeze: async () => {
      const frozen = await outbox.freeze(id, options.limits, () => effects.uuid())
      // What is known of a claim stays known until it ends: what kept it waiting, while it is tried again.
      if (!frozen || frozen.fresh) news([])
      await mirror.refresh()
      return frozen
    },
    send: (claim, signal) => transport.append(claim, signal),
    catchUp,
    async reach(claim, tail, signal) {
      const there = tail !== null && (await reached(tail, signal))
      // A log past the tail of a relay that was set back has reached everything and holds nothing of it.
      if (!there || claim.entries.some(mirror.waits)) await catchUp(signal)
    },
    async settle(claim, settlement) {
      await refreshed(outbox.settle(id, claim, settlement))
      news([])
      const waiting = claim.entries.filter((n) => mirror.waits(n)).length
      return settlement.kind === 'refused' || waiting < claim.entries.length
    },
    recheck: () => nudges.ring(),
    nudge: nudges.wait,
    report(claim, outcome) {
      if (outcome.kind === 'accepted') return news(claim.entries)
      const { code, status, message } = outcome.error
      news([], { code, message, ...(status !== undefined && { status }) })
    },
  }

  /** The tail most often brings the echo before its answer; a read of its own is the exception. */
  async function reached(tail: Offset, signal: AbortSignal): Promise<boolean> {
    const there = () => compareOffsets(mirror.record().head, tail) >= 0
    const patience = child(signal)
    void effects.sleep(ECHO_PATIENCE, patience.signal).then(() => patience.abort())
    while (!there() && !patience.signal.aborted) await options.moved.wait(patience.signal)
    patience.abort()
    return there()
  }
}

async function until<T>(
  source: Readable<T>,
  holds: (value: T) => boolean,
  signal: AbortSignal,
): Promise<void> {
  if (holds(source.get()) || signal.aborted) return
  await new Promise<void>((resolve) => {
    const stop = source.subscribe(() => {
      if (holds(source.get())) done()
    })
    const done = () => {
      stop()
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
  })
}

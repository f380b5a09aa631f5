import type { Bell } from '../bell.ts'
import type { Effects } from '../effects.ts'
import type { Page } from '../http/page.ts'
import { runDrain } from '../outbox/drain.ts'
import { CLAIM_LIMITS } from '../outbox/outbox.ts'
import { isUnsent } from '../outbox/pending.ts'
import type { Presence } from '../presence.ts'
import { writable } from '../readable.ts'
import type { Slot } from '../slots.ts'
import type { Connection } from '../status.ts'
import type { Storage } from '../storage.ts'
import { runSync, type Shore } from '../sync/loop.ts'
import { connectionOf, type SyncState } from '../sync/state.ts'
import type { Transport } from '../transport.ts'
import type { Turnstile } from '../turnstile.ts'
import { drainPort } from './drain-port.ts'
import type { Fellows } from './fellows.ts'
import type { MakeFolding } from './folding.ts'
import { runIdle } from './idle.ts'
import type { Mirror } from './mirror.ts'
import type { TidyLimits } from './tidy-limits.ts'

export interface LeadingOptions {
  readonly url: string
  readonly storage: Storage
  readonly mirror: Mirror
  readonly transport: Transport
  readonly effects: Effects
  readonly presence: Presence
  readonly slot: Slot
  readonly turn: Turnstile
  readonly fellows: Fellows
  /** Someone asks for a look at the relay. */
  readonly nudges: Bell
  /** There may be something to send. */
  readonly work: Bell
  /** The mirror has changed. */
  readonly moved: Bell
  /** Whether a stream that does not exist is to be made now. */
  readonly create: () => boolean
  /** Whether it is to be made without a look first. */
  readonly makeFirst: () => boolean
  readonly folding: () => MakeFolding | undefined
  readonly limits: TidyLimits
  readonly say: (connection: Connection) => void
}

/** What one tab does for all: the tail and the drain, until `signal` ends. */
export async function runLead(options: LeadingOptions, signal: AbortSignal): Promise<void> {
  const { url, storage, mirror, transport, effects, presence, fellows } = options
  const { nudges, work, moved, slot, turn } = options
  const { outbox } = storage

  const shore: Shore = {
    async head() {
      await mirror.refresh()
      return mirror.record().head
    },
    async accept(page: Page, source) {
      const outcome = await mirror.accept(page, source)
      if (outcome === 'stored') fellows.moved()
      return outcome
    },
    async drop(trimmed) {
      if (trimmed) await outbox.doubt(url, { code: 'trimmed', message: 'the history was trimmed past it' })
      await mirror.drop()
      fellows.moved()
    },
    synced: () => mirror.record().synced,
    create: options.create,
    makeFirst: options.makeFirst,
  }

  const atTail = writable(false)
  const port = drainPort({
    id: url,
    mirror,
    outbox,
    limits: CLAIM_LIMITS,
    transport,
    shore,
    atTail,
    effects,
    nudges,
    moved,
    work,
    changed: fellows.moved,
    told: fellows.claim,
  })
  const wanted = () => presence.visible() || fellows.watching() || mirror.pending().some(isUnsent)
  const report = (state: SyncState) => {
    options.say(connectionOf(state))
    atTail.set(state.state === 'live' || state.state === 'closed')
  }
  await Promise.all([
    runSync({ transport, shore, effects, presence, slot, turn, wanted, nudge: nudges.wait, report }, signal),
    runDrain(port, { effects, presence }, signal),
    runIdle({ ...options, log: storage.log }, signal),
  ])
}

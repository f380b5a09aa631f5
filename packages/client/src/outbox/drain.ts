import { backoffDelay } from '../backoff.ts'
import { type Effects, first } from '../effects.ts'
import { asSyncError, SyncError } from '../errors.ts'
import { type Presence, present } from '../presence.ts'
import type { Offset } from '../protocol/index.ts'
import type { AppendAnswer } from '../transport.ts'
import { judge, type Verdict } from './judge.ts'
import type { Claim, Settlement } from './outbox.ts'

/** What sending needs of the stream around it. */
export interface DrainPort {
  /** Resolves while the log is at the relay's tail, or when `signal` ends. */
  ready(signal: AbortSignal): Promise<void>
  /** Resolves when a write was saved, here or in another tab, or when `signal` ends. */
  written(signal: AbortSignal): Promise<void>
  freeze(): Promise<{ readonly claim: Claim; readonly fresh: boolean } | null>
  send(claim: Claim, signal: AbortSignal): Promise<AppendAnswer>
  /** Reads the log to the relay's tail. Rejects where it does not get there, with `signal` too. */
  catchUp(signal: AbortSignal): Promise<void>
  /**
   * Reads the log up to `tail`, or to the relay's tail where that is null, or where the log does not hold all of
   * `claim` by then. Rejects with `incarnation` where the log turns out to be of another life than the relay.
   */
  reach(claim: Claim, tail: Offset | null, signal: AbortSignal): Promise<void>
  /** False where nothing of the claim came to an end. */
  settle(claim: Claim, settlement: Settlement): Promise<boolean>
  /** Asks the sync loop to look at the stream anew. */
  recheck(): void
  /** Resolves when someone asks for another try, or when `signal` ends. */
  nudge(signal: AbortSignal): Promise<void>
  /** The relay has the claim, or what keeps it waiting. */
  report(
    claim: Claim,
    news: { readonly kind: 'accepted' } | { readonly kind: 'failed'; readonly error: SyncError },
  ): void
}

export interface Surroundings {
  readonly effects: Pick<Effects, 'random' | 'sleep'>
  readonly presence: Presence
}

/** Milliseconds after which the outbox is looked at without news: a tab may save its last write and be gone. */
const UNTOLD = 30_000

/** Refused credentials in a row, while reading goes well, after which only a person or a new write asks again. */
const REFUSALS = 3

/** Sends the outbox, one claim at a time, until `signal` ends it; never rejects (docs/write-protocol.md). */
export async function runDrain(
  port: DrainPort,
  surroundings: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  let attempt = 0
  let refusals = 0
  while (!signal.aborted) {
    const verdict = await sendNext(port, surroundings.effects, signal)
    attempt = verdict ? attempt + 1 : 0
    refusals = verdict?.kind === 'credentials' ? refusals + 1 : 0
    if (refusals >= REFUSALS) await first(signal, port.nudge, port.written)
    else if (verdict) await pause(attempt, verdict.error, { ...surroundings, port }, signal)
  }
}

type Waiting = Exclude<Verdict, { kind: 'settle' }>

/** One round: what keeps the claim waiting, or nothing where there was an end to it or nothing to send. */
async function sendNext(
  port: DrainPort,
  effects: Pick<Effects, 'sleep'>,
  signal: AbortSignal,
): Promise<Waiting | undefined> {
  try {
    await port.ready(signal)
    if (signal.aborted) return
    const claim = await claimToSend(port, signal)
    if (!claim) {
      await first(signal, port.written, (until) => effects.sleep(UNTOLD, until))
      return
    }
    const answer = await port.send(claim, signal)
    const verdict = judge(claim, answer)
    if (verdict.kind !== 'settle') {
      port.report(claim, { kind: 'failed', error: verdict.error })
      if (verdict.kind !== 'undecided') port.recheck()
      return verdict
    }
    if (verdict.settlement.kind === 'accepted') port.report(claim, { kind: 'accepted' })
    await port.reach(claim, answer.tail, signal)
    // Reading ends with the signal, wherever it was: nothing is decided on a log that was not read.
    if (signal.aborted) return
    if (await port.settle(claim, verdict.settlement)) return
    return { kind: 'undecided', error: new SyncError('protocol', 'the answer did not bring the writes on') }
  } catch (error) {
    return { kind: 'undecided', error: asSyncError(error, 'network') }
  }
}

/** Rule 3: a claim that may have been sent before is sent again only after the log was read to the tail. */
async function claimToSend(port: DrainPort, signal: AbortSignal): Promise<Claim | null> {
  const frozen = await port.freeze()
  if (!frozen) return null
  if (frozen.fresh) return frozen.claim
  await port.catchUp(signal)
  return (await port.freeze())?.claim ?? null
}

/** Ends with the time, a nudge, or the network coming back; no later than `signal`. */
async function pause(
  attempt: number,
  error: SyncError,
  { effects, presence, port }: Surroundings & { readonly port: DrainPort },
  signal: AbortSignal,
): Promise<void> {
  const ms = error.retryAfter ?? backoffDelay(attempt, effects.random())
  const back = (until: AbortSignal) => present(presence, until)
  await first(signal, port.nudge, back, (until) => effects.sleep(ms, until))
}

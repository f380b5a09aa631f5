import { backoffDelay } from '../backoff.ts'
import { nextStep, SyncError, unreachable } from '../errors.ts'
import type { Connection, LiveTransport } from '../status.ts'
import type { TailMode } from '../transport.ts'

/** Carried from arm to arm: what the last tries have taught. */
interface Evidence {
  /** Failures in a row; data, or a tail that lived a while, resets it. */
  readonly attempt: number
  /** Event streams in a row that ended early or stayed silent; a proxy that buffers looks like this. */
  readonly shortTails: number
  /** The stream was made, and has not been seen since; it is made again only after a wait. */
  readonly made: boolean
}

/** The sync loop of one stream. Each arm names the one thing the loop does in it. */
export type SyncState =
  /** Reads pages until the tail. */
  | ({ readonly state: 'catching-up'; readonly items: number } & Evidence)
  /**
   * Follows the tail; it began at `since` (ms), and `heard` says whether anything came of it. `open`: what others
   * append arrives; an event stream's first word says so, or the one before it which lived well.
   */
  | ({
      readonly state: 'live'
      readonly transport: LiveTransport
      readonly since: number
      readonly heard: boolean
      readonly open: boolean
      /** Of the catch-up before it. */
      readonly items: number
    } & Evidence)
  /** Waits for `retryAt`, the network, a visible page or `retry()`. */
  | ({
      readonly state: 'waiting'
      readonly reason: 'offline' | 'hidden' | 'backoff'
      readonly retryAt: number
      readonly error?: SyncError
    } & Evidence)
  /** Makes a stream that was never seen and has something to hold. */
  | ({ readonly state: 'creating' } & Evidence)
  /** Drops a log that the relay no longer continues, not before `after` (ms). */
  | ({ readonly state: 'renewing'; readonly after: number; readonly trimmed: boolean } & Evidence)
  /** These wait for `retry()`, and for a first write where the stream was never seen. */
  | { readonly state: 'unauthorized' }
  | { readonly state: 'gone' }
  | { readonly state: 'halted'; readonly error: SyncError }
  /** The end. */
  | { readonly state: 'closed' }

export type SyncEvent =
  /** A page is in the log. */
  | { readonly type: 'page'; readonly items: number; readonly upToDate: boolean; readonly closed: boolean }
  /** The relay ended the tail in good order. */
  | { readonly type: 'ended' }
  | { readonly type: 'failed'; readonly error: SyncError }
  | { readonly type: 'created' }
  | { readonly type: 'dropped' }
  /** Another reader of this device has moved the log past the tail. */
  | { readonly type: 'overtaken' }
  /** The wait is over: time, network, visibility, or someone asked. */
  | { readonly type: 'wake' }

/** What a transition may know of the world. */
export interface Surroundings {
  readonly now: number
  /** 0 to 1. */
  readonly random: number
  readonly online: boolean
  /** The stream has been seen to exist. */
  readonly synced: boolean
  /** A stream that does not exist is to be made. */
  readonly create: boolean
  /** How tails are to be read; undefined leaves it to what works. */
  readonly mode?: TailMode | undefined
  /** A connection may be held open for the tail. */
  readonly slot: boolean
  /** Someone looks at a page that has the stream open, or there is something to send. */
  readonly wanted: boolean
}

/** A tail that lived this long (ms) was a good one. */
export const GOOD_LIFE = 5_000

/** Milliseconds after which a stream that nobody looks at, and that has no connection of its own, is asked about. */
export const UNSEEN = 300_000

/** Short event streams in a row after which long-poll is tried. */
export const SHORT_TAILS = 3

/** Milliseconds over which those come back whom a relay told the same `Retry-After`. */
const CROWD = 2_000

const FRESH: Evidence = { attempt: 0, shortTails: 0, made: false }

/** `makeFirst`: the stream is made before it is read, which spares a 404 where it does not exist. */
export function start({ makeFirst = false }: { readonly makeFirst?: boolean } = {}): SyncState {
  return makeFirst ? { state: 'creating', ...FRESH } : { state: 'catching-up', items: 0, ...FRESH }
}

/** Pure: the same state, event and surroundings give the same state. */
export function next(state: SyncState, event: SyncEvent, around: Surroundings): SyncState {
  switch (event.type) {
    case 'page':
      return afterPage(state, event, around)
    case 'ended':
      return state.state === 'live' ? afterTail(state, around) : state
    case 'failed':
      return afterFailure(state, event.error, around)
    case 'created':
      return { state: 'catching-up', items: 0, ...evidenceOf(state), made: true }
    case 'dropped':
      return { state: 'catching-up', items: 0, ...evidenceOf(state) }
    case 'overtaken':
      return state.state === 'live' ? { state: 'catching-up', items: 0, ...evidenceOf(state) } : state
    case 'wake':
      return afterWake(state)
    default:
      return unreachable(event)
  }
}

function afterPage(
  state: SyncState,
  { items, upToDate, closed }: { items: number; upToDate: boolean; closed: boolean },
  around: Surroundings,
): SyncState {
  if (closed) return { state: 'closed' }
  const evidence = items > 0 ? FRESH : evidenceOf(state)
  if (state.state !== 'live' && state.state !== 'catching-up') return state
  // The shortcomings of event streams are disproved by an event stream only.
  const proof = state.state === 'live' && state.transport === 'sse' && items > 0
  const kept = { ...evidence, shortTails: proof ? 0 : state.shortTails, made: false }
  if (state.state === 'live') return { ...state, ...kept, heard: true, open: true }
  const sum = state.items + items
  return upToDate ? tailing(kept, around, sum) : { state: 'catching-up', items: sum, ...kept }
}

/** `items`: of the catch-up it follows on; none where it follows on a tail. */
function tailing(evidence: Evidence, around: Surroundings, items?: number): SyncState {
  const { now, random, slot, wanted, mode } = around
  if (!slot && !wanted)
    return { state: 'waiting', reason: 'hidden', retryAt: now + UNSEEN * (1 + random), ...evidence }
  const held = mode ?? (evidence.shortTails >= SHORT_TAILS ? 'long-poll' : 'sse')
  const transport = slot ? held : 'poll'
  const open = transport !== 'sse' || items === undefined
  return { state: 'live', transport, since: now, heard: false, open, items: items ?? 0, ...evidence }
}

function afterTail(state: SyncState & { state: 'live' }, around: Surroundings): SyncState {
  if (state.transport === 'poll') return tailing(evidenceOf(state), around)
  if (livedWell(state, around)) {
    // A long-poll that has had its time gives event streams another chance: one.
    const doubt = state.transport === 'long-poll' ? SHORT_TAILS - 1 : 0
    return tailing({ ...FRESH, shortTails: doubt }, around)
  }
  return waiting(state, new SyncError('network', 'the tail ended at once'), around)
}

function afterFailure(state: SyncState, error: SyncError, around: Surroundings): SyncState {
  const step = nextStep(error)
  switch (step) {
    case 'retry':
      return waiting(state, error, around)
    case 'await-credentials':
      return { state: 'unauthorized' }
    case 'missing':
      if (around.synced) return { state: 'gone' }
      if (around.create && error.code === 'not-found' && state.state !== 'creating')
        return evidenceOf(state).made
          ? waiting(state, error, around)
          : { state: 'creating', ...evidenceOf(state) }
      return { state: 'halted', error: missing(error) }
    case 'new-life': {
      const evidence = evidenceOf(state)
      const attempt = failuresBefore(state, around)
      const pause = attempt === 0 ? 0 : backoffDelay(attempt, around.random)
      const trimmed = error.code === 'trimmed'
      return { state: 'renewing', after: around.now + pause, trimmed, ...evidence, attempt: attempt + 1 }
    }
    case 'halt':
      return { state: 'halted', error }
    default:
      return unreachable(step)
  }
}

/** Nothing went wrong where nobody has made a stream: the answer's own text would say so. */
function missing({ code, status }: SyncError): SyncError {
  const message = code === 'not-found' ? 'nobody has made this stream yet' : 'the stream was deleted'
  return new SyncError(code, message, { status })
}

function waiting(state: SyncState, error: SyncError, around: Surroundings): SyncState {
  const known = evidenceOf(state)
  const attempt = failuresBefore(state, around) + 1
  const shortTails = known.shortTails + doubtAfter(state, error, around)
  const { retryAfter } = error
  const pause =
    retryAfter === undefined
      ? backoffDelay(attempt, around.random)
      : retryAfter + Math.min(retryAfter, CROWD) * around.random
  return {
    state: 'waiting',
    reason: around.online ? 'backoff' : 'offline',
    retryAt: around.now + pause,
    error,
    attempt,
    shortTails,
    made: known.made,
  }
}

/** What a failure says against event streams: an open one that stays silent says all, a short one a part. */
function doubtAfter(state: SyncState, error: SyncError, around: Surroundings): number {
  if (state.state !== 'live' || state.transport !== 'sse') return 0
  if (error.code === 'timeout' && !state.heard) return SHORT_TAILS
  return livedWell(state, around) ? 0 : 1
}

function livedWell(state: SyncState, { now }: Surroundings): boolean {
  if (state.state !== 'live') return false
  const lived = now - state.since
  // Of a tail under which the clock was set back nobody knows; nothing speaks against it.
  return lived < 0 || lived >= GOOD_LIFE
}

/** Failures in a row before this one. */
function failuresBefore(state: SyncState, around: Surroundings): number {
  return livedWell(state, around) ? 0 : evidenceOf(state).attempt
}

function afterWake(state: SyncState): SyncState {
  switch (state.state) {
    case 'waiting':
    case 'live':
      return { state: 'catching-up', items: 0, ...evidenceOf(state), made: false }
    case 'unauthorized':
    case 'gone':
    case 'halted':
      return start()
    case 'catching-up':
    case 'creating':
    case 'renewing':
    case 'closed':
      return state
    default:
      return unreachable(state)
  }
}

function evidenceOf(state: SyncState): Evidence {
  if (!('attempt' in state)) return FRESH
  const { attempt, shortTails, made } = state
  return { attempt, shortTails, made }
}

/** What people are shown of it. */
export function connectionOf(state: SyncState): Connection {
  switch (state.state) {
    case 'creating':
    case 'renewing':
      return { state: 'catching-up', items: 0 }
    case 'catching-up':
      return { state: 'catching-up', items: state.items }
    case 'live':
      if (!state.open) return { state: 'catching-up', items: state.items }
      return { state: 'live', transport: state.transport }
    case 'waiting': {
      const { reason, attempt, retryAt, error } = state
      return { state: 'waiting', reason, attempt, retryAt, ...(error && { error }) }
    }
    case 'unauthorized':
    case 'gone':
    case 'closed':
      return { state: state.state }
    case 'halted':
      return { state: 'halted', error: state.error }
    default:
      return unreachable(state)
  }
}

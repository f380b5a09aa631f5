import { describe, expect, test } from 'vitest'
import { SyncError, type SyncErrorCode } from '../errors.ts'
import {
  connectionOf,
  GOOD_LIFE,
  next,
  SHORT_TAILS,
  type Surroundings,
  type SyncEvent,
  type SyncState,
  start,
  UNSEEN,
} from './state.ts'

const NOW = 1_000_000
const around: Surroundings = {
  now: NOW,
  random: 0,
  online: true,
  synced: true,
  create: false,
  slot: true,
  wanted: true,
}
const failure = (code: SyncErrorCode) => new SyncError(code, code)
const evidence = { attempt: 2, shortTails: 1, made: false }

/** One state of each kind: a missing one fails to compile. */
const STATES: { [Name in SyncState['state']]: SyncState & { state: Name } } = {
  'catching-up': { state: 'catching-up', items: 5, ...evidence },
  live: { state: 'live', transport: 'sse', since: NOW - 100, heard: true, open: true, items: 0, ...evidence },
  waiting: { state: 'waiting', reason: 'backoff', retryAt: NOW, error: failure('server'), ...evidence },
  creating: { state: 'creating', ...evidence },
  renewing: { state: 'renewing', after: NOW, trimmed: false, ...evidence },
  unauthorized: { state: 'unauthorized' },
  gone: { state: 'gone' },
  halted: { state: 'halted', error: failure('refused') },
  closed: { state: 'closed' },
}

const EVENTS = {
  'page, more to come': { type: 'page', items: 3, upToDate: false, closed: false },
  'page, at the tail': { type: 'page', items: 3, upToDate: true, closed: false },
  'page, empty at the tail': { type: 'page', items: 0, upToDate: true, closed: false },
  'page, closed': { type: 'page', items: 0, upToDate: true, closed: true },
  ended: { type: 'ended' },
  'failed, network': { type: 'failed', error: failure('network') },
  'failed, unauthorized': { type: 'failed', error: failure('unauthorized') },
  'failed, not-found': { type: 'failed', error: failure('not-found') },
  'failed, gone': { type: 'failed', error: failure('gone') },
  'failed, incarnation': { type: 'failed', error: failure('incarnation') },
  'failed, refused': { type: 'failed', error: failure('refused') },
  created: { type: 'created' },
  dropped: { type: 'dropped' },
  overtaken: { type: 'overtaken' },
  wake: { type: 'wake' },
} as const satisfies Record<string, SyncEvent>

type Same = 'same'
type Cell = SyncState['state'] | Same

const FAILURES = {
  'failed, network': 'waiting',
  'failed, unauthorized': 'unauthorized',
  'failed, not-found': 'gone',
  'failed, gone': 'gone',
  'failed, incarnation': 'renewing',
  'failed, refused': 'halted',
} as const

const MADE = { created: 'catching-up', dropped: 'catching-up' } as const

const QUIET = {
  'page, more to come': 'same',
  'page, at the tail': 'same',
  'page, empty at the tail': 'same',
  'page, closed': 'closed',
  ended: 'same',
  overtaken: 'same',
} as const

/** The whole machine: every state and every event, by the state it leads to. A missing cell fails to compile. */
const TABLE: Record<SyncState['state'], Record<keyof typeof EVENTS, Cell>> = {
  'catching-up': {
    'page, more to come': 'catching-up',
    'page, at the tail': 'live',
    'page, empty at the tail': 'live',
    'page, closed': 'closed',
    ended: 'same',
    ...FAILURES,
    ...MADE,
    overtaken: 'same',
    wake: 'same',
  },
  live: {
    'page, more to come': 'live',
    'page, at the tail': 'live',
    'page, empty at the tail': 'live',
    'page, closed': 'closed',
    ended: 'waiting',
    ...FAILURES,
    ...MADE,
    overtaken: 'catching-up',
    wake: 'catching-up',
  },
  waiting: { ...QUIET, ...FAILURES, ...MADE, wake: 'catching-up' },
  creating: { ...QUIET, ...FAILURES, ...MADE, wake: 'same' },
  renewing: { ...QUIET, ...FAILURES, ...MADE, wake: 'same' },
  unauthorized: { ...QUIET, ...FAILURES, ...MADE, wake: 'catching-up' },
  gone: { ...QUIET, ...FAILURES, ...MADE, wake: 'catching-up' },
  halted: { ...QUIET, ...FAILURES, ...MADE, wake: 'catching-up' },
  closed: { ...QUIET, ...FAILURES, ...MADE, wake: 'same' },
}

describe('the table of the sync loop (S2-31)', () => {
  for (const [name, row] of Object.entries(TABLE) as [SyncState['state'], Record<string, Cell>][])
    for (const [event, cell] of Object.entries(row))
      test(`${name} + ${event} -> ${cell}`, () => {
        const before = STATES[name]
        const after = next(before, EVENTS[event as keyof typeof EVENTS], around)
        if (cell === 'same') expect(after).toEqual(before)
        else expect(after.state).toBe(cell)
      })
})

describe('what the transitions carry', () => {
  test('catching up counts its items', () => {
    expect(next(STATES['catching-up'], EVENTS['page, more to come'], around)).toMatchObject({ items: 8 })
  })

  test('data resets the attempts, an empty page does not', () => {
    expect(next(STATES['catching-up'], EVENTS['page, at the tail'], around)).toMatchObject({ attempt: 0 })
    expect(next(STATES['catching-up'], EVENTS['page, empty at the tail'], around)).toMatchObject({
      attempt: 2,
    })
  })

  test('waits grow with the attempts and stay under the cap', () => {
    let state = start()
    const waits: number[] = []
    for (let n = 0; n < 12; n++) {
      state = next(state, EVENTS['failed, network'], { ...around, random: 1 })
      if (state.state === 'waiting') waits.push(state.retryAt - NOW)
      state = next(state, EVENTS.wake, around)
    }
    expect(waits.slice(0, 4)).toEqual([500, 1000, 2000, 4000])
    expect(Math.max(...waits)).toBe(30_000)
  })

  test('Retry-After is kept to', () => {
    const error = new SyncError('busy', 'busy', { retryAfter: 90_000 })
    const waiting = (random: number) => next(start(), { type: 'failed', error }, { ...around, random })
    expect(waiting(0)).toMatchObject({ retryAt: NOW + 90_000 })
    expect(waiting(1)).toMatchObject({ retryAt: NOW + 92_000 })
  })

  test('without a network the wait is called offline', () => {
    const state = next(start(), EVENTS['failed, network'], { ...around, online: false })
    expect(state).toMatchObject({ state: 'waiting', reason: 'offline' })
  })

  test('short event streams in a row lead to long-poll', () => {
    let state: SyncState = {
      state: 'live',
      transport: 'sse',
      since: NOW,
      heard: true,
      open: true,
      items: 0,
      attempt: 0,
      shortTails: 0,
      made: false,
    }
    for (let n = 0; n < SHORT_TAILS; n++) {
      state = next(state, EVENTS.ended, around)
      state = next(state, EVENTS.wake, around)
      state = next(state, EVENTS['page, empty at the tail'], around)
    }
    expect(state).toMatchObject({ state: 'live', transport: 'long-poll' })
  })

  test('a clock that is set back under a tail makes no short one of it', () => {
    const before: SyncState = { ...STATES.live, since: NOW + 3_600_000 }
    expect(next(before, { type: 'ended' }, around)).toMatchObject({
      state: 'live',
      attempt: 0,
      shortTails: 0,
    })
  })

  test('a tail that lived well is opened again at once, without a wait', () => {
    const long: SyncState = { ...STATES.live, since: NOW - GOOD_LIFE }
    expect(next(long, EVENTS.ended, around)).toMatchObject({
      state: 'live',
      attempt: 0,
      shortTails: 0,
      since: NOW,
    })
  })

  test('an event stream that never said a word leads to long-poll by itself', () => {
    const silent: SyncState = { ...STATES.live, since: NOW - 10_000, heard: false }
    const after = next(silent, { type: 'failed', error: failure('timeout') }, around)
    const again = next(after, EVENTS.wake, around)
    expect(next(again, EVENTS['page, at the tail'], around)).toMatchObject({ transport: 'long-poll' })
  })

  test('one that fell silent after it had spoken says nothing against event streams', () => {
    const lost: SyncState = { ...STATES.live, since: NOW - 75_000 }
    const after = next(lost, { type: 'failed', error: failure('timeout') }, around)
    expect(after).toMatchObject({ state: 'waiting', shortTails: 1, attempt: 1 })
  })

  test('a long-poll that had its time gives event streams one chance; a short one leads back at once', () => {
    const polling: SyncState = {
      ...STATES.live,
      transport: 'long-poll',
      since: NOW - GOOD_LIFE,
      shortTails: 3,
    }
    const chance = next(polling, EVENTS.ended, around)
    expect(chance).toMatchObject({ state: 'live', transport: 'sse' })
    const again = next(next(chance, EVENTS.ended, around), EVENTS.wake, around)
    expect(next(again, EVENTS['page, at the tail'], around)).toMatchObject({ transport: 'long-poll' })
  })

  test('what a long-poll brings says nothing of event streams, what an event stream brings does', () => {
    const polling: SyncState = { ...STATES.live, transport: 'long-poll', shortTails: 3 }
    expect(next(polling, EVENTS['page, more to come'], around)).toMatchObject({ shortTails: 3 })
    expect(next(STATES.live, EVENTS['page, more to come'], around)).toMatchObject({ shortTails: 0 })
  })

  test('without a connection to hold it polls, and moves on to a tail when there is one', () => {
    const crowded = { ...around, slot: false }
    const polling = next(start(), EVENTS['page, at the tail'], crowded)
    expect(polling).toMatchObject({ state: 'live', transport: 'poll' })
    expect(next(polling, EVENTS.ended, crowded)).toMatchObject({ state: 'live', transport: 'poll' })
    expect(next(polling, EVENTS.ended, around)).toMatchObject({ state: 'live', transport: 'sse' })
  })

  test('without a connection, and with nobody to look, it waits; with one it keeps its tail', () => {
    const unseen = { ...around, slot: false, wanted: false }
    const waiting = next(start(), EVENTS['page, at the tail'], unseen)
    expect(waiting).toMatchObject({ state: 'waiting', reason: 'hidden', retryAt: NOW + UNSEEN })
    expect(connectionOf(waiting)).not.toHaveProperty('error')
    expect(next(start(), EVENTS['page, at the tail'], { ...unseen, slot: true }).state).toBe('live')
  })

  test('a stream never seen is made where that is wanted, and halts where it is not', () => {
    const never = { ...around, synced: false }
    const wanted = { ...never, create: true }
    const creating = next(start(), EVENTS['failed, not-found'], wanted)
    expect(creating.state).toBe('creating')
    const again = next(next(creating, EVENTS.created, wanted), EVENTS['failed, not-found'], wanted)
    expect(again).toMatchObject({ state: 'waiting', attempt: 1 })
    expect(next(next(again, EVENTS.wake, wanted), EVENTS['failed, not-found'], wanted).state).toBe('creating')
    expect(next(start(), EVENTS['failed, not-found'], never)).toMatchObject({ state: 'halted' })
  })

  test('a stream that is made without a look first is read next', () => {
    expect(next(start({ makeFirst: true }), EVENTS.created, around)).toMatchObject({ state: 'catching-up' })
  })

  test('a stream that was seen is never made again by itself (invariant 10)', () => {
    expect(next(start(), EVENTS['failed, not-found'], { ...around, create: true }).state).toBe('gone')
  })

  test('the first renewal is at once, the next ones wait', () => {
    const once = next(start(), EVENTS['failed, incarnation'], { ...around, random: 1 })
    expect(once).toMatchObject({ state: 'renewing', after: NOW })
    const again = next(next(once, EVENTS.dropped, around), EVENTS['failed, incarnation'], {
      ...around,
      random: 1,
    })
    expect(again).toMatchObject({ state: 'renewing', after: NOW + 500 })
  })
})

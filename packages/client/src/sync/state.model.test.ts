import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SyncError, type SyncErrorCode } from '../errors.ts'
import {
  GOOD_LIFE,
  next,
  SHORT_TAILS,
  type Surroundings,
  type SyncEvent,
  type SyncState,
  start,
} from './state.ts'

/** What a relay, a network and a person may do to the loop; which of it can happen is a matter of the state. */
type Happening = 'data' | 'nothing new' | 'closed' | 'ended' | 'overtaken' | 'done' | 'wake' | SyncErrorCode

const FAILURES = [
  'network',
  'timeout',
  'server',
  'busy',
  'unauthorized',
  'not-found',
  'gone',
  'incarnation',
  'refused',
] as const

/** What the loop can hear in each state: the other events cannot reach it there. */
const HEARD: Record<SyncState['state'], readonly Happening[]> = {
  'catching-up': ['data', 'nothing new', 'closed', ...FAILURES],
  live: ['data', 'nothing new', 'closed', 'ended', 'overtaken', 'wake', ...FAILURES],
  waiting: ['wake'],
  creating: ['done', ...FAILURES],
  renewing: ['done'],
  unauthorized: ['wake'],
  gone: ['wake'],
  halted: ['wake'],
  closed: [],
}

function eventOf(happening: Happening, state: SyncState): SyncEvent {
  switch (happening) {
    case 'data':
      return { type: 'page', items: 3, upToDate: true, closed: false }
    case 'nothing new':
      return { type: 'page', items: 0, upToDate: true, closed: false }
    case 'closed':
      return { type: 'page', items: 0, upToDate: true, closed: true }
    case 'done':
      return { type: state.state === 'creating' ? 'created' : 'dropped' }
    case 'ended':
    case 'overtaken':
    case 'wake':
      return { type: happening }
    default:
      return { type: 'failed', error: new SyncError(happening, happening) }
  }
}

/** One step of a story: which of the possible happenings, how long after the last, and in what surroundings. */
const step = fc.record({
  choice: fc.nat(1_000),
  after: fc.constantFrom(1, 500, GOOD_LIFE, 60_000, 8 * 3_600_000),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
  online: fc.boolean(),
  create: fc.boolean(),
  slot: fc.constantFrom(true, true, true, true, true, true, true, false),
  wanted: fc.boolean(),
})

/** What a plain observer of the story counts, to hold the machine against. */
class Model {
  /** The stream has been read. */
  synced = false
  /** Failures since data last came, or a tail last lived well. */
  failures = 0
  /** Event streams that ended early since one brought something, and whether one never said a word. */
  short = 0

  observe(before: SyncState, happening: Happening, now: number): void {
    const tail = before.state === 'live' ? before : undefined
    const lived = tail !== undefined && now - tail.since >= GOOD_LIFE
    const page = happening === 'data' || happening === 'nothing new'
    // What waited for a person begins anew.
    if (happening === 'wake' && ['unauthorized', 'gone', 'halted'].includes(before.state))
      this.failures = this.short = 0
    if (page) this.synced = true
    if (happening === 'data') this.failures = 0
    if (happening === 'data' && tail?.transport === 'sse') this.short = 0
    if (happening === 'ended' && tail && tail.transport !== 'poll' && lived) {
      this.failures = 0
      this.short = tail.transport === 'long-poll' ? SHORT_TAILS - 1 : 0
    }
    const failed = (FAILURES as readonly string[]).includes(happening)
    const early = happening === 'ended' && tail && tail.transport !== 'poll' && !lived
    if (failed || early) this.failures = (lived ? 0 : this.failures) + 1
    const retried = early || ['network', 'timeout', 'server', 'busy'].includes(happening)
    if (!retried || tail?.transport !== 'sse') return
    if (happening === 'timeout' && !tail.heard) this.short += SHORT_TAILS
    else if (!lived) this.short += 1
  }
}

interface Turn {
  readonly before: SyncState
  readonly happening: Happening
  readonly after: SyncState
  readonly around: Surroundings
  readonly model: Model
}

/** Where the world has a habit, only that happens, wherever it can: rare turns then come in a row. */
const HABITS: readonly (readonly Happening[])[] = [
  [],
  ['ended', 'wake', 'nothing new'],
  ['ended', 'wake', 'data'],
  ['timeout', 'wake', 'nothing new', 'ended'],
  ['incarnation', 'done', 'nothing new'],
  ['not-found', 'done', 'wake'],
]

const story = fc.record({ habit: fc.constantFrom(...HABITS), steps: fc.array(step, { maxLength: 80 }) })
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never

/** Tells one story, and shows each of its turns to `look`. */
function tell({ habit, steps }: Story, look: (turn: Turn) => void) {
  let state = start()
  let now = 1_700_000_000_000
  const model = new Model()
  for (const { choice, after, ...rest } of steps) {
    const usual = HEARD[state.state].filter((happening) => habit.includes(happening))
    const possible = usual.length > 0 ? usual : HEARD[state.state]
    const happening = possible[choice % possible.length]
    if (happening === undefined) return
    now += after
    const around = { ...rest, now, synced: model.synced }
    const before = state
    state = next(before, eventOf(happening, before), around)
    model.observe(before, happening, now)
    look({ before, happening, after: state, around, model })
  }
}

const always = (look: (turn: Turn) => void) =>
  fc.assert(
    fc.property(story, (told) => tell(told, look)),
    { numRuns: 500 },
  )

describe('in every story', () => {
  test('what was seen is never made again, and only what is wanted is made (invariant 10)', () =>
    always(({ after, before, around }) => {
      if (after.state === 'creating' && before.state !== 'creating') {
        expect(around.synced).toBe(false)
        expect(around.create).toBe(true)
      }
      if (after.state === 'gone' && before.state !== 'gone') expect(around.synced).toBe(true)
    }))

  test('a wait is bounded, and no shorter than half of what the failures in a row ask for', () =>
    always(({ after, before, around, model }) => {
      if (after.state !== 'waiting' || after === before || after.reason === 'hidden') return
      const wait = after.retryAt - around.now
      expect(wait).toBeLessThanOrEqual(30_000)
      expect(after.attempt).toBeLessThanOrEqual(model.failures)
      expect(wait).toBeGreaterThanOrEqual(Math.min(30_000, 500 * 2 ** (after.attempt - 1)) / 2 - 1)
    }))

  test('long-poll is read if, and only if, event streams have given cause', () =>
    always(({ after, before, model }) => {
      if (after.state !== 'live' || after.transport === 'poll' || before.state === 'live') return
      expect(after.transport).toBe(model.short >= SHORT_TAILS ? 'long-poll' : 'sse')
    }))

  test('no connection is held without a slot, and nothing is asked where nobody looks and none is to spare', () =>
    always(({ after, before, around }) => {
      if (after === before || before.state === 'live') return
      if (after.state === 'live' && !around.slot) expect(after).toMatchObject({ transport: 'poll' })
      if (after.state === 'live') expect(around.slot || around.wanted).toBe(true)
      if (after.state === 'waiting' && after.reason === 'hidden')
        expect(around.slot || around.wanted).toBe(false)
    }))

  test('a refusal ends the asking until someone wants more', () =>
    always(({ happening, after }) => {
      if (happening === 'refused') expect(after.state).toBe('halted')
      if (happening === 'unauthorized') expect(after.state).toBe('unauthorized')
    }))

  test('catching up counts every item of its stretch', () =>
    always(({ before, after }) => {
      if (before.state === 'catching-up' && after.state === 'catching-up')
        expect(after.items).toBeGreaterThanOrEqual(before.items)
    }))

  test('there is a way to the tail from wherever it ends, unless the stream was closed', () => {
    fc.assert(
      fc.property(story, (told) => {
        let state = start()
        let at: Surroundings | undefined
        tell(told, ({ after, around }) => {
          state = after
          at = around
        })
        if (!at || state.state === 'closed') return
        const fair = { ...at, slot: true, wanted: true, online: true }
        for (let n = 0; n < 4 && state.state !== 'live'; n++) {
          const [happening] = HEARD[state.state].filter((each) => ['done', 'wake', 'data'].includes(each))
          state = next(state, eventOf(happening ?? 'wake', state), fair)
        }
        expect(state.state).toBe('live')
      }),
    )
  })
})

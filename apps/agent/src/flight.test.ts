import { expect, test } from 'vitest'
import { type Flight, type FlightEvent, next, type Stop } from './flight.ts'

const stop: Stop = { state: 'aborted', by: 'ada', place: 3 }
const failed = { state: 'failed', error: { code: 'engine', message: 'no' } } as const

const flights = {
  starting: { phase: 'starting' },
  running: { phase: 'running' },
  'waiting for one': { phase: 'waiting', questions: ['q'] },
  'waiting for two': { phase: 'waiting', questions: ['q', 'r'] },
  'stopping softly': { phase: 'stopping', stop, hard: false },
  'stopping hard': { phase: 'stopping', stop, hard: true },
  ended: { phase: 'ended', end: { state: 'finished' } },
} as const satisfies Record<string, Flight>

const events = {
  opened: { type: 'opened' },
  asked: { type: 'asked', question: 's' },
  answered: { type: 'answered', question: 'q' },
  stop: { type: 'stop', stop },
  'grace over': { type: 'grace-over' },
  finished: { type: 'done', outcome: { state: 'finished' } },
  failed: { type: 'done', outcome: failed },
} as const satisfies Record<string, FlightEvent>

type From = keyof typeof flights
const same = 'same'
const end = {
  finished: { phase: 'ended', end: { state: 'finished' } },
  failed: { phase: 'ended', end: failed },
} as const
const stopped = { phase: 'ended', end: stop } as const
const soft = flights['stopping softly']

/** Every event of every phase; one that is left out does not compile. */
const table: Record<From, Record<keyof typeof events, Flight | typeof same>> = {
  starting: {
    opened: flights.running,
    asked: { phase: 'waiting', questions: ['s'] },
    answered: same,
    stop: soft,
    'grace over': same,
    ...end,
  },
  running: {
    opened: same,
    asked: { phase: 'waiting', questions: ['s'] },
    answered: same,
    stop: soft,
    'grace over': same,
    ...end,
  },
  'waiting for one': {
    opened: same,
    asked: { phase: 'waiting', questions: ['q', 's'] },
    answered: flights.running,
    stop: soft,
    'grace over': same,
    ...end,
  },
  'waiting for two': {
    opened: same,
    asked: { phase: 'waiting', questions: ['q', 'r', 's'] },
    answered: { phase: 'waiting', questions: ['r'] },
    stop: soft,
    'grace over': same,
    ...end,
  },
  'stopping softly': {
    opened: same,
    asked: same,
    answered: same,
    stop: same,
    'grace over': flights['stopping hard'],
    finished: stopped,
    failed: stopped,
  },
  'stopping hard': {
    opened: same,
    asked: same,
    answered: same,
    stop: same,
    'grace over': flights['stopping hard'],
    finished: stopped,
    failed: stopped,
  },
  ended: {
    opened: same,
    asked: same,
    answered: same,
    stop: same,
    'grace over': same,
    finished: same,
    failed: same,
  },
}

test.each(Object.keys(flights) as From[])('S1-20 S1-22 a run that is %s', (from) => {
  for (const [name, to] of Object.entries(table[from])) {
    const flight = flights[from]
    expect(next(flight, events[name as keyof typeof events]), name).toEqual(to === same ? flight : to)
  }
})

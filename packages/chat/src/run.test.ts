import { expect, test } from 'vitest'
import { endRun, isOpen, isStalled, type Run, renewRun, stepRun } from './run.ts'

type State = Run['state']

const common = { id: 'p', agent: 'a', epoch: 1, at: 0 }
const open = ['starting', 'running', 'waiting'] as const
const ended = ['finished', 'failed', 'aborted', 'interrupted'] as const

const runs = {
  ...Object.fromEntries(open.map((state) => [state, { ...common, state, until: 10 }])),
  ...Object.fromEntries(ended.map((state) => [state, { ...common, state, endedAt: 5 }])),
} as Record<State, Run>

/** What each event makes of each state; an end is never left (S1-20, S1-22). */
const table: Record<State, Record<'step' | 'lease' | 'finish' | 'abort' | 'interrupt', State>> = {
  starting: {
    step: 'running',
    lease: 'starting',
    finish: 'finished',
    abort: 'aborted',
    interrupt: 'interrupted',
  },
  running: {
    step: 'running',
    lease: 'running',
    finish: 'finished',
    abort: 'aborted',
    interrupt: 'interrupted',
  },
  waiting: {
    step: 'running',
    lease: 'waiting',
    finish: 'finished',
    abort: 'aborted',
    interrupt: 'interrupted',
  },
  finished: {
    step: 'finished',
    lease: 'finished',
    finish: 'finished',
    abort: 'finished',
    interrupt: 'finished',
  },
  failed: { step: 'failed', lease: 'failed', finish: 'failed', abort: 'failed', interrupt: 'failed' },
  aborted: { step: 'aborted', lease: 'aborted', finish: 'aborted', abort: 'aborted', interrupt: 'aborted' },
  interrupted: {
    step: 'interrupted',
    lease: 'interrupted',
    finish: 'interrupted',
    abort: 'interrupted',
    interrupt: 'interrupted',
  },
}

const apply = {
  step: (run: Run) => stepRun(run, { state: 'running', until: 20 }),
  lease: (run: Run) => renewRun(run, { until: 20 }),
  finish: (run: Run) => endRun(run, { state: 'finished', endedAt: 9 }),
  abort: (run: Run) => endRun(run, { state: 'aborted', endedAt: 9, by: 'b' }),
  interrupt: (run: Run) => endRun(run, { state: 'interrupted', endedAt: 9 }),
}

test.each(Object.keys(runs) as State[])('S1-20 S1-22 S2-13 every event of a run that is %s', (state) => {
  for (const [event, to] of Object.entries(table[state])) {
    const run = runs[state]
    const next = apply[event as keyof typeof apply](run)
    expect(next.state, event).toBe(to)
    if (!isOpen(run)) expect(next).toBe(run)
  }
})

test('S1-24 a run whose lease has run out is stalled, by the clock alone; one that has ended never is', () => {
  for (const state of open) {
    expect(isStalled(runs[state], 9)).toBe(false)
    expect(isStalled(runs[state], 10)).toBe(true)
  }
  for (const state of ended) expect(isStalled(runs[state], 1e9)).toBe(false)
})

test('a lease is never shortened', () => {
  expect(renewRun(runs.running, { until: 3 })).toBe(runs.running)
  expect(stepRun(runs.running, { state: 'waiting', until: 3 })).toMatchObject({ until: 10 })
})

test('an end takes the lease away', () => {
  expect(endRun(runs.running, { state: 'finished', endedAt: 9 })).not.toHaveProperty('until')
})

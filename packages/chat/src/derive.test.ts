import { expect, test } from 'vitest'
import { type Approval, decide } from './approval.ts'
import { isBusy, stopItems, waitingPrompts } from './derive.ts'
import type { Message } from './message.ts'
import type { Run } from './run.ts'
import { isActive } from './session.ts'

const prompt = (id: string): Message => ({ id, author: 'ada', at: 0, text: id })
const run = (id: string, until = 10): Run => ({ id, agent: 'a', epoch: 1, at: 0, state: 'running', until })
const abort = { id: 'x', run: 'p1', by: 'ada', at: 5 }

test('prompts wait until a run has taken them on, in the order of the log; answers are none', () => {
  const messages = [prompt('p1'), { ...prompt('m'), run: 'p1' }, prompt('p2'), prompt('p3')]
  const runs = new Map([['p1', run('p1')]])
  expect(waitingPrompts(messages, runs).map(({ id }) => id)).toEqual(['p2', 'p3'])
})

test('S1-23 S1-24 busy is a run in flight that somebody answers for', () => {
  const ended: Run = { id: 'p', agent: 'a', epoch: 1, at: 0, state: 'finished', endedAt: 1 }
  expect(isBusy([], 0)).toBe(false)
  expect(isBusy([ended], 0)).toBe(false)
  expect(isBusy([ended, run('p1')], 9)).toBe(true)
  expect(isBusy([ended, run('p1')], 10)).toBe(false)
})

test('S1-25 S1-58 a session is active while it runs and its lease lasts', () => {
  const activity = { id: 's', agent: 'a', run: 'p', until: 10, at: 0 }
  expect(isActive(activity, 9)).toBe(true)
  expect(isActive(activity, 10)).toBe(false)
  expect(isActive({ ...activity, run: null }, 9)).toBe(false)
})

test('S1-59 a run that an agent answers for is stopped by it, a stalled one by the tab', () => {
  const types = (now: number) =>
    stopItems({ abort, run: run('p1'), waiting: [prompt('p2')] }, now).map(
      ({ type, key }) => `${type} ${key}`,
    )
  expect(types(9)).toEqual(['abort x'])
  expect(types(10)).toEqual(['abort x', 'run.end p1', 'run p2'])
})

test('S1-39 whoever decides first has decided', () => {
  const asked: Approval = { id: 'q', run: 'p', title: 'May I?', at: 0, state: 'asked' }
  const allowed = decide(asked, { state: 'allowed', by: 'ada', decidedAt: 1 })
  expect(allowed).toMatchObject({ state: 'allowed', by: 'ada' })
  expect(decide(allowed, { state: 'denied', by: 'bob', decidedAt: 2 })).toBe(allowed)
})

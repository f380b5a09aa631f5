import { expect, test } from 'vitest'
import type { EngineEvent } from './engine/engine.ts'
import { RESULT } from './testing/engine.ts'
import { type Stage, stage } from './testing/stage.ts'

const ask: EngineEvent = { type: 'ask', id: 'q', tool: 't', title: 'May I?' }
const call: EngineEvent = { type: 'tool', id: 't', name: 'write', input: { path: '/x' } }

/** A run that waits for a person. */
async function asked(): Promise<Stage & { readonly id: string }> {
  const set = await stage()
  const [id = ''] = await set.ask('a')
  await set.until(() => set.engine.prompts.length === 1)
  set.engine.say(call, ask)
  await set.until(() => set.run(id)?.state === 'waiting')
  expect(set.tab.collections.approvals.toArray).toMatchObject([{ state: 'asked', toolCall: `${id}/t` }])
  return { ...set, id }
}

test.each([
  ['allowed', true, 'done'],
  ['denied', false, 'denied'],
] as const)('S1-35 a question that is %s', async (state, allowed, end) => {
  const { id, engine, decide, until, run, tab, log } = await asked()
  await decide(`${id}/q`, state)
  await until(() => engine.answers.length === 1)
  expect(engine.answers).toEqual([['q', allowed]])
  await until(() => run(id)?.state === 'running')
  engine.say({ type: 'tool-end', id: 't', state: end }, RESULT)
  await until(() => run(id)?.state === 'finished')
  expect(tab.collections.toolCalls.get(`${id}/t`)).toMatchObject({ state: end })
  expect(tab.collections.approvals.get(`${id}/q`)).toMatchObject({ state, by: 'ada' })
  // What is decided is not decided again at the end.
  const decisions = (await log()).filter((entry) => entry === `approval.decision ${id}/q`)
  expect(decisions).toHaveLength(1)
})

test('S1-40 what was allowed once is asked for again', async () => {
  const { id, engine, decide, until, run, tab } = await asked()
  await decide(`${id}/q`, 'allowed')
  await until(() => engine.answers.length === 1)
  await until(() => run(id)?.state === 'running')
  engine.say({ ...ask, id: 'again' })
  await until(() => run(id)?.state === 'waiting')
  expect(engine.answers).toEqual([['q', true]])
  expect(tab.collections.approvals.get(`${id}/again`)).toMatchObject({ state: 'asked' })
})

test('S1-35 an abort while it asks leaves no question and no call open', async () => {
  const { id, abort, until, run, tab } = await asked()
  await abort(id)
  await until(() => run(id)?.state === 'aborted')
  expect(tab.collections.approvals.get(`${id}/q`)).toMatchObject({ state: 'cancelled' })
  expect(tab.collections.toolCalls.get(`${id}/t`)).toMatchObject({ state: 'cancelled' })
})

test('S1-39 two tabs disagree: the first in the log has decided, in both, and the tool acts once', async () => {
  const { id, engine, decide, until, tab } = await asked()
  await decide(`${id}/q`, 'denied', 'bob')
  await decide(`${id}/q`, 'allowed', 'ada')
  await until(() => engine.answers.length > 0)
  engine.say(RESULT)
  await until(() => tab.collections.runs.get(id)?.state === 'finished')
  expect(engine.answers).toEqual([['q', false]])
  expect(tab.collections.approvals.get(`${id}/q`)).toMatchObject({ state: 'denied', by: 'bob' })
})

test('S1-36 a decision about something else moves nothing', async () => {
  const { id, engine, decide, until, run } = await asked()
  await decide(`${id}/other`, 'allowed')
  await decide('q', 'allowed')
  await decide(`${id}/q`, 'allowed')
  await until(() => engine.answers.length === 1)
  expect(run(id)?.state).not.toBe('finished')
})

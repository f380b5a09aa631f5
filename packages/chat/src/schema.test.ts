import type { StateItem } from '@strandline/client'
import { createClient, createStreamDB } from '@strandline/state'
import { expect, onTestFinished, test } from 'vitest'
import { deltaItem, rowItem } from './items.ts'
import type { Run } from './run.ts'
import { conversationFolds, conversationSchema, sessionsFolds, sessionsSchema } from './schema.ts'

const nowhere: typeof fetch = () => Promise.reject(new TypeError('no network'))

/** The rows of items that no relay has: what is written here goes the way of everything else. */
async function rowsOf(items: readonly StateItem[]) {
  const client = createClient({ storage: 'memory', fetch: nowhere })
  const url = 'http://relay.test/v1/stream/session/s'
  const db = createStreamDB({
    client,
    state: conversationSchema,
    folds: conversationFolds,
    streamOptions: { url },
  })
  const handle = client.stream(url)
  onTestFinished(() => client.close())
  await db.preload({ until: 'local' })
  for (const item of items) await handle.append([item])
  await db.preload({ until: 'local' })
  return db.collections
}

const run: Run = { id: 'p', agent: 'a', epoch: 1, at: 0, state: 'running', until: 10 }
const answer = { id: 'm', author: 'a', at: 0, run: 'p', text: '' }

test('S1-16 fifty deltas and the final message are one row with the final text', async () => {
  const words = Array.from({ length: 50 }, (_, n) => `w${n} `)
  const text = words.join('')
  const deltas = words.map((word, n) =>
    deltaItem('message.delta', 'm', { from: words.slice(0, n).join('').length, text: word }),
  )
  const { messages } = await rowsOf([rowItem('message', { ...answer, state: 'streaming' }), ...deltas])
  expect(messages.toArray).toMatchObject([{ id: 'm', state: 'streaming', text }])
  const closed = await rowsOf([
    rowItem('message', { ...answer, state: 'streaming' }),
    ...deltas.slice(0, 25),
    rowItem('message', { ...answer, state: 'complete', text }, 'update'),
    ...deltas.slice(25),
  ])
  expect(closed.messages.toArray).toMatchObject([{ id: 'm', state: 'complete', text }])
})

test('S1-20 S1-22 the first end of a run stays, and a second beginning begins nothing', async () => {
  const { runs } = await rowsOf([
    rowItem('run', run),
    deltaItem('run.end', 'p', { state: 'aborted', endedAt: 5, by: 'ada' }),
    deltaItem('run.end', 'p', { state: 'finished', endedAt: 6 }),
    deltaItem('run.step', 'p', { state: 'running', until: 20 }),
    rowItem('run', { ...run, until: 30 }),
  ])
  expect(runs.toArray).toMatchObject([{ state: 'aborted', endedAt: 5, by: 'ada' }])
})

test('S1-36 a decision about nothing is set aside', async () => {
  const { approvals } = await rowsOf([
    deltaItem('approval.decision', 'nobody', { state: 'allowed', by: 'eve', decidedAt: 1 }),
  ])
  expect(approvals.toArray).toEqual([])
})

test('messages of before, and of importers, parse as they did', () => {
  const old = { id: 'm', author: 'Ada', at: 0, text: 'hi' }
  const validate = conversationSchema.messages.schema['~standard'].validate
  expect(validate(old)).toEqual({ typed: true, value: old })
  const session = { id: 's', title: 'T', createdAt: 0, createdBy: 'Ada' }
  expect(sessionsSchema.sessions.schema['~standard'].validate(session)).toEqual({
    typed: true,
    value: session,
  })
})

test('a row whose numbers have no end is none: nobody could show when it was', () => {
  const endless = JSON.parse('1e999')
  const { messages, runs } = conversationSchema
  const { sessions, activity } = sessionsSchema
  const session = { id: 's', title: 'T', createdAt: 0, createdBy: 'Ada' }
  const rows = [
    [messages, { id: 'm', author: 'Ada', at: 0, text: 'hi' }, 'at'],
    [runs, run, 'until'],
    [runs, { ...run, state: 'finished', endedAt: 5 }, 'endedAt'],
    [sessions, session, 'createdAt'],
    [sessions, { ...session, lastAt: 0 }, 'lastAt'],
    [activity, { id: 's', agent: 'a', run: 'p', until: 10, at: 0 }, 'until'],
  ] as const
  for (const [{ schema }, row, field] of rows) {
    const issuesOf = (value: unknown) => schema['~standard'].validate(value) as { readonly issues?: unknown }
    expect(issuesOf(row).issues).toBeUndefined()
    expect(issuesOf({ ...row, [field]: endless }).issues).toHaveLength(1)
  }
})

test('two people change one session, and both changes stay', () => {
  const { apply } = sessionsFolds['session.edit']
  const session = { id: 's', title: 'T', createdAt: 0, createdBy: 'Ada' }
  const both = apply(apply(session, { title: 'New' }), { archived: true })
  expect(both).toEqual({ ...session, title: 'New', archived: true })
})

test('S1-38 whichever agent asks, the question is in the one place where people look', async () => {
  const question = (id: string, run: string) =>
    rowItem('approval', { id, run, title: 'May I?', at: 0, state: 'asked' as const })
  const { approvals } = await rowsOf([
    rowItem('run', run),
    rowItem('run', { ...run, id: 'q', agent: 'b' }),
    question('1', 'p'),
    question('2', 'q'),
    deltaItem('approval.decision', '1', { state: 'allowed', by: 'ada', decidedAt: 1 }),
  ])
  expect(approvals.toArray.filter(({ state }) => state === 'asked').map(({ id }) => id)).toEqual(['2'])
})

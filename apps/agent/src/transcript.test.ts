import { expect, test } from 'vitest'
import type { EngineEvent } from './engine/engine.ts'
import { createTranscript } from './transcript.ts'

const begin = () =>
  createTranscript({
    run: 'p',
    agent: { id: 'a', name: 'A' },
    now: () => 7,
    before: 100,
    decided: (approval) => approval === 'p/answered',
  })

const finished = { state: 'finished', endedAt: 9 } as const
const short = (items: readonly { type?: string; key?: string; value?: unknown; headers: object }[]) =>
  items.map(({ type, key, value, headers }) => ({ type, key, value, ...headers }))

const streaming = { id: 'p/m', author: 'a', name: 'A', at: 7, run: 'p', text: '', state: 'streaming' }

test.each<[EngineEvent, object[]]>([
  [
    { type: 'text', message: 'm', text: 'hi' },
    [
      { type: 'message', key: 'p/m', value: streaming, operation: 'insert' },
      { type: 'message.delta', key: 'p/m', value: { from: 0, text: 'hi' }, operation: 'update' },
    ],
  ],
  [
    { type: 'message', message: 'm', text: 'hi' },
    [
      {
        type: 'message',
        key: 'p/m',
        value: { ...streaming, text: 'hi', state: 'complete' },
        operation: 'insert',
      },
    ],
  ],
  [
    { type: 'tool', id: 't', name: 'x', input: 1 },
    [
      {
        type: 'toolCall',
        key: 'p/t',
        value: { id: 'p/t', run: 'p', name: 'x', input: 1, at: 7, state: 'running' },
        operation: 'insert',
      },
    ],
  ],
  [
    { type: 'tool-end', id: 't', state: 'done', output: 'y' },
    [
      {
        type: 'toolCall.end',
        key: 'p/t',
        value: { state: 'done', output: 'y', endedAt: 7 },
        operation: 'update',
      },
    ],
  ],
  [
    { type: 'ask', id: 'q', tool: 't', title: 'May I?', detail: 'x' },
    [
      {
        type: 'approval',
        key: 'p/q',
        value: { id: 'p/q', run: 'p', toolCall: 'p/t', title: 'May I?', detail: 'x', at: 7, state: 'asked' },
        operation: 'insert',
      },
    ],
  ],
  [
    { type: 'notice', kind: 'hook-end', source: 'lint', text: 'fine' },
    [
      {
        type: 'notice',
        key: 'p/notice-0',
        value: { id: 'p/notice-0', run: 'p', kind: 'hook-end', source: 'lint', text: 'fine', at: 7 },
        operation: 'insert',
      },
    ],
  ],
  [{ type: 'usage', tokens: { input: 1, output: 2 } }, []],
  [{ type: 'result' }, []],
  [{ type: 'failure', error: { code: 'x', message: 'y' } }, []],
  [{ type: 'unknown', what: 'rocket' }, []],
])('S1-10 S1-11 %j', (event, items) => {
  expect(short(begin().take(event))).toEqual(items)
})

test('S1-10 what is not understood is counted', () => {
  const transcript = begin()
  transcript.take({ type: 'unknown', what: 'rocket' })
  transcript.take({ type: 'text', message: 'm', text: 'x' })
  expect(transcript.unknown).toBe(1)
})

test('S1-16 a message that is whole takes no part any more, and stays as it is at the end', () => {
  const transcript = begin()
  transcript.take({ type: 'text', message: 'm', text: 'Hel' })
  expect(short(transcript.take({ type: 'text', message: 'm', text: 'lo' }))).toMatchObject([
    { type: 'message.delta', value: { from: 3, text: 'lo' } },
  ])
  expect(short(transcript.take({ type: 'message', message: 'm', text: 'Hello' }))).toMatchObject([
    { type: 'message', operation: 'update', value: { text: 'Hello', state: 'complete' } },
  ])
  expect(transcript.take({ type: 'text', message: 'm', text: ' again' })).toEqual([])
  expect(transcript.close(finished).map(({ type }) => type)).toEqual(['run.end'])
})

test.each([
  ['finished', 'complete', 'cancelled'],
  ['failed', 'incomplete', 'failed'],
  ['aborted', 'incomplete', 'cancelled'],
  ['interrupted', 'incomplete', 'cancelled'],
] as const)(
  'a run that is %s closes what is open, then the account, and its end is the last word',
  (state, text, call) => {
    const transcript = begin()
    transcript.take({ type: 'text', message: 'm', text: 'half' })
    transcript.take({ type: 'tool', id: 't', name: 'x', input: {} })
    transcript.take({ type: 'tool', id: 'u', name: 'x', input: {} })
    transcript.take({ type: 'tool-end', id: 'u', state: 'done' })
    transcript.take({ type: 'ask', id: 'answered', title: '?' })
    transcript.take({ type: 'ask', id: 'q', title: '?' })
    transcript.take({ type: 'usage', tokens: { input: 10, output: 5 }, context: 15, budget: 200 })
    expect(short(transcript.close({ state, endedAt: 9 }))).toMatchObject([
      { type: 'message', key: 'p/m', value: { text: 'half', state: text } },
      { type: 'toolCall.end', key: 'p/t', value: { state: call } },
      { type: 'approval.decision', key: 'p/q', value: { state: 'cancelled' } },
      {
        type: 'usage',
        key: 'p',
        value: { tokens: { input: 10, output: 5 }, total: 115, context: 15, budget: 200 },
      },
      { type: 'run.end', key: 'p', value: { state, endedAt: 9, usage: { input: 10, output: 5 } } },
    ])
  },
)

import { expect, test } from 'vitest'
import { testClock } from '../../testing/clock.ts'
import type { EngineEvent, Turn } from '../engine.ts'
import { demoEngine } from './demo.ts'
import { stepsFor } from './rules.ts'

const asked = (text: string, history: readonly Turn[] = []) => {
  return { run: 'p', text, name: 'Ada', model: undefined, mode: undefined, files: [], history }
}

/** Everything the demo says to a prompt, as fast as time can be moved; `hear` may act on each event. */
async function listen(
  text: string,
  hear: (event: EngineEvent, stop: () => void, answer: (yes: boolean) => void) => void = () => undefined,
) {
  const clock = testClock()
  const engine = demoEngine({ clock, rate: 25, startMs: 0 })
  const opening = engine.open(
    { session: 's', workspace: undefined, dirs: [], resumes: false },
    new AbortController().signal,
  )
  clock.advance(0)
  const session = await opening
  let ended = false
  const tick = () => {
    clock.advance(1_000)
    if (!ended) setImmediate(tick)
  }
  tick()
  const events: EngineEvent[] = []
  try {
    for await (const event of session.prompt(asked(text))) {
      events.push(event)
      hear(
        event,
        () => session.interrupt(),
        (yes) => event.type === 'ask' && session.answer(event.id, yes),
      )
    }
  } finally {
    ended = true
  }
  return { events, types: [...new Set(events.map(({ type }) => type))], session }
}

const said = (text: string, history?: readonly Turn[]) =>
  stepsFor(asked(text, history))
    .map((step) => (step.do === 'say' ? step.text : step.do))
    .join('\n')

test('the parts of an answer are its whole, and the account comes before the result', async () => {
  const { events } = await listen('markdown')
  const parts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []))
  const whole = events.find((event) => event.type === 'message')
  expect(whole).toMatchObject({ text: parts.join('') })
  expect(events.slice(-2).map(({ type }) => type)).toEqual(['usage', 'result'])
})

test.each([
  ['tool dice 2d6', ['text', 'message', 'tool', 'tool-end', 'usage', 'result']],
  ['fail', ['text', 'message', 'failure']],
  ['crash', ['text', 'message']],
  ['limit', ['notice', 'text', 'message', 'usage', 'result']],
  ['compact', ['notice', 'text', 'message', 'usage', 'result']],
  ['long 3', ['text', 'message', 'usage', 'result']],
])('%s', async (text, types) => {
  expect((await listen(text)).types).toEqual(types)
})

test('S1-11 a hook starts, speaks and ends', async () => {
  const { events } = await listen('hook')
  expect(events.flatMap((event) => (event.type === 'notice' ? [event.kind] : []))).toEqual([
    'hook-start',
    'hook-message',
    'hook-end',
  ])
})

test.each([
  [true, 'done', 'Done.'],
  [false, 'denied', 'As you wish'],
] as const)('S1-35 it waits for a word, and acts on it: %s', async (yes, state, words) => {
  const { events } = await listen('approve this', (_event, _stop, answer) => answer(yes))
  expect(events.find((event) => event.type === 'tool-end')).toMatchObject({ state })
  const last = events.findLast((event) => event.type === 'message')
  expect(last?.type === 'message' && last.text.startsWith(words)).toBe(true)
})

test('a soft stop is heard at the next word, but not by one that is deaf', async () => {
  const stopped = await listen('long 500', (event, stop) => event.type === 'text' && stop())
  expect(stopped.events.filter(({ type }) => type === 'text')).toHaveLength(1)
  const deaf = await listen('deaf', (event, stop) => event.type === 'text' && stop())
  expect(deaf.events.filter(({ type }) => type === 'text').length).toBeGreaterThan(100)
})

test('a crash leaves an engine that has to be opened anew', async () => {
  expect((await listen('crash')).session.alive).toBe(false)
  expect((await listen('fail')).session.alive).toBe(true)
})

test.each([
  ['hello', 'Hello, Ada!'],
  ['What is 12 * 7?', '**84**'],
  ['1 / 0', 'divide by zero'],
  ['what do you remember?', 'Nothing yet'],
  ['tool rocket', 'no tool called "rocket"'],
  ['HELP', '`approve <something>`'],
  ['', 'eloquently'],
])('it answers %j', (text, words) => {
  expect(said(text)).toContain(words)
})

test('it answers out of the conversation', () => {
  const history: Turn[] = [
    { by: 'person', name: 'Bob', text: 'remember that the lighthouse is green' },
    { by: 'agent', name: 'Demo', text: 'I will.' },
  ]
  expect(said('what do you remember?', history)).toContain('the lighthouse is green')
  expect(said('I like the lighthouse', history)).toContain('Bob mentioned it before')
  expect(said('sum up', history)).toContain('2 messages so far')
  expect(said('tool search green', history)).toContain('Bob: remember that the lighthouse is green')
})

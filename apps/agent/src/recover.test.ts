import { isStalled, stopItems } from '@strandline/chat'
import { expect, test } from 'vitest'
import type { EngineEvent } from './engine/engine.ts'
import { puppetEngine, RESULT } from './testing/engine.ts'
import { itemsOf } from './testing/relay.ts'
import { PATH, type Stage, stage } from './testing/stage.ts'

const said: EngineEvent = { type: 'text', message: 'm', text: 'half an' }

/** A run in flight whose agent loses its connection for good, without a word. */
async function died(): Promise<Stage & { readonly id: string; readonly cut: () => void }> {
  let dead = false
  let relayed: typeof fetch = fetch
  const cut = () => {
    dead = true
  }
  const set = await stage({
    fetch: (input, init) => (dead ? Promise.reject(new TypeError('cut off')) : relayed(input, init)),
    wired: (fetch) => {
      relayed = fetch
    },
  })
  const [id = ''] = await set.ask('a')
  await set.until(() => set.engine.prompts.length === 1)
  set.engine.say(said, { type: 'tool', id: 't', name: 'x', input: {} }, { type: 'ask', id: 'q', title: '?' })
  await set.until(() => set.run(id)?.state === 'waiting')
  return { ...set, id, cut }
}

test('S1-60 the next agent marks the open run interrupted, once, and closes what it left open', async () => {
  const { id, cut, another, relay, until, run, tab } = await died()
  cut()
  const heir = puppetEngine()
  await another({ engine: heir, fetch: relay.fetch }).ready
  await until(() => run(id)?.state === 'interrupted')
  const { messages, toolCalls, approvals } = tab.collections
  expect(messages.get(`${id}/m`)).toMatchObject({ text: 'half an', state: 'incomplete' })
  expect(toolCalls.get(`${id}/t`)).toMatchObject({ state: 'cancelled' })
  expect(approvals.get(`${id}/q`)).toMatchObject({ state: 'cancelled' })
  await another({ fetch: relay.fetch, engine: puppetEngine() }).ready
  const ends = (await itemsOf(relay, PATH)).filter(({ type }) => type === 'run.end')
  expect(ends.map(({ key, value }) => [key, value.state])).toEqual([[id, 'interrupted']])
  expect(heir.prompts).toEqual([])
})

test('S1-60 the history is there for the next agent, and its engine goes on from it', async () => {
  const { id, cut, another, relay, until, run, ask } = await died()
  cut()
  const heir = puppetEngine()
  await another({ engine: heir, fetch: relay.fetch }).ready
  await until(() => run(id)?.state === 'interrupted')
  await ask('go on')
  await until(() => heir.prompts.length === 1)
  expect(heir.opened).toMatchObject([{ resumes: true }])
  expect(heir.prompts[0]?.history.map(({ by, text }) => [by, text])).toEqual([
    ['person', 'a'],
    ['agent', 'half an'],
  ])
})

test('S1-60 the agent that was replaced is refused, says so, and appends nothing more', async () => {
  const { id, agent, another, relay, until, run, engine, ask } = await stage().then(async (set) => {
    const [id = ''] = await set.ask('a')
    await set.until(() => set.engine.prompts.length === 1)
    return { ...set, id }
  })
  const heir = puppetEngine()
  await another({ engine: heir }).ready
  await until(() => run(id)?.state === 'interrupted')
  let replaced = false
  void agent.replaced.then(({ code }) => {
    replaced = code === 'fenced'
  })
  engine.say(said, RESULT)
  await until(() => replaced)
  const [next = ''] = await ask('b')
  await until(() => heir.prompts.length === 1)
  heir.say(RESULT)
  await until(() => run(next)?.state === 'finished')
  expect(engine.prompts).toHaveLength(1)
  expect(run(id)?.state).toBe('interrupted')
  const keys = (await itemsOf(relay, PATH)).map(({ key }) => key)
  expect(keys).not.toContain(`${id}/m`)
})

test('S1-24 S1-59 a dead agent: the run is stalled when its lease is out, and a tab may end it', async () => {
  const { id, cut, another, relay, until, run, clock, ask } = await died()
  cut()
  const [waiting = ''] = await ask('b')
  const seen = run(id)
  if (!seen) throw new Error('no run')
  expect(isStalled(seen, clock.now())).toBe(false)
  clock.advance(16_000)
  expect(isStalled(seen, clock.now())).toBe(true)
  const stop = {
    abort: { id: 'x', run: id, by: 'ada', at: 0 },
    run: seen,
    waiting: [{ id: waiting, author: 'ada', at: 0, text: 'b' }],
  }
  await relay.append(PATH, stopItems(stop, clock.now()))
  await until(() => run(id)?.state === 'aborted')
  const heir = puppetEngine()
  await another({ engine: heir, fetch: relay.fetch }).ready
  const [next = ''] = await ask('c')
  await until(() => heir.prompts.length === 1)
  expect(heir.prompts[0]?.run).toBe(next)
  expect(run(id)?.state).toBe('aborted')
  expect(run(waiting)?.state).toBe('aborted')
})

test('an abort that nobody read is heeded by the next agent: aborted, with the queue before it', async () => {
  const { id, cut, another, relay, until, run, ask, abort } = await died()
  cut()
  const [waiting = ''] = await ask('b')
  await abort(id)
  const [after = ''] = await ask('c')
  const heir = puppetEngine()
  await another({ engine: heir, fetch: relay.fetch }).ready
  await until(() => run(id)?.state === 'aborted')
  expect(run(waiting)?.state).toBe('aborted')
  await until(() => heir.prompts.length === 1)
  expect(heir.prompts[0]?.run).toBe(after)
})

test('an agent that is stopped in good order ends its run itself', async () => {
  const { ask, engine, until, run, agent, clock } = await stage()
  const [id = ''] = await ask('a')
  await until(() => engine.prompts.length === 1)
  const closing = agent.close()
  await until(() => run(id)?.state === 'interrupted')
  const tick = setInterval(() => clock.advance(100), 1)
  await closing
  clearInterval(tick)
  expect(clock.timers).toBe(0)
})

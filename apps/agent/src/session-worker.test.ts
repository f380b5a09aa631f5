import { isBusy, nameOfId } from '@strandline/chat'
import { expect, test } from 'vitest'
import type { EngineEvent } from './engine/engine.ts'
import { puppetEngine, RESULT } from './testing/engine.ts'
import { itemsOf } from './testing/relay.ts'
import { PATH, stage } from './testing/stage.ts'

const text = (said: string, message = 'm'): EngineEvent => ({ type: 'text', message, text: said })

test('S1-1 one engine for three prompts; only the first is seen starting', async () => {
  const { engine, ask, until, run, relay } = await stage()
  for (const n of [1, 2, 3]) {
    const [id = ''] = await ask('hi')
    await until(() => engine.prompts.length === n)
    engine.say(text('yes'), RESULT)
    await until(() => run(id)?.state === 'finished')
  }
  expect(engine.opened).toHaveLength(1)
  const begun = (await itemsOf(relay, PATH))
    .filter(({ type }) => type === 'run')
    .map(({ value }) => value.state)
  expect(begun).toEqual(['starting', 'running', 'running'])
})

test('S1-2 where a session names no agent, or another one, the log stays as people wrote it', async () => {
  const own = await stage({ session: { agent: 'somebody-else' } })
  await own.ask('hi')
  const other = await stage()
  await other.ask('hi')
  await other.until(() => other.engine.prompts.length === 1)
  expect(await own.log()).toEqual(['message p1'])
  expect(own.engine.opened).toEqual([])
})

test('S1-3 S4-26 prompts of two tabs run in the order of the log, one at a time', async () => {
  const { engine, ask, until, run, relay } = await stage()
  const ids = await ask('a', { text: 'b', author: 'bob' }, 'c')
  for (const [n, id] of ids.entries()) {
    await until(() => engine.prompts.length === n + 1)
    engine.say(RESULT)
    await until(() => run(id)?.state === 'finished')
  }
  expect(engine.prompts.map((prompt) => prompt.text)).toEqual(['a', 'b', 'c'])
  const marks = (await itemsOf(relay, PATH)).filter(({ type }) => type === 'run' || type === 'run.end')
  expect(marks.map(({ type, key }) => `${type} ${key}`)).toEqual(
    ids.flatMap((id) => [`run ${id}`, `run.end ${id}`]),
  )
})

test('S1-6 a run that the relay refuses has not begun: no row, and the next prompt runs', async () => {
  const { relay, engine, ask, until, run } = await stage()
  relay.failNext({ status: 413, method: 'POST', path: PATH })
  const [first = '', second = ''] = await ask('a', 'b')
  await until(() => engine.prompts.length === 1)
  engine.say(RESULT)
  await until(() => run(second)?.state === 'finished')
  expect(engine.prompts.map((prompt) => prompt.text)).toEqual(['b'])
  expect(run(first)).toBeUndefined()
})

test('S1-12 an error ends the run as failed, the composer is free, and the next prompt runs', async () => {
  const { engine, ask, until, run, tab, clock } = await stage()
  const [first = '', second = ''] = await ask('a', 'b')
  await until(() => engine.prompts.length === 1)
  engine.say({ type: 'failure', error: { code: 'engine', message: 'no' } })
  await until(() => engine.prompts.length === 2)
  const failed = { state: 'failed', error: { code: 'engine', message: 'no' } }
  await until(() => expect(run(first)).toMatchObject(failed))
  engine.say(RESULT)
  await until(() => run(second)?.state === 'finished')
  expect(isBusy(tab.collections.runs.toArray, clock.now())).toBe(false)
})

test('S4-30 an engine that throws in the middle: the text stays, incomplete, and the run has failed', async () => {
  const { engine, ask, until, run, tab } = await stage()
  const [id = ''] = await ask('a')
  await until(() => engine.prompts.length === 1)
  engine.say(text('one '), text('two '), text('three'))
  engine.end(new Error('it broke'))
  await until(() => run(id)?.state === 'failed')
  expect(run(id)).toMatchObject({ error: { message: 'it broke' } })
  expect(tab.collections.messages.get(`${id}/m`)).toMatchObject({
    text: 'one two three',
    state: 'incomplete',
  })
})

test('an engine that ends without a result has failed, and is opened anew', async () => {
  const { engine, ask, until, run } = await stage()
  const [id = ''] = await ask('a', 'b')
  await until(() => engine.prompts.length === 1)
  engine.end()
  await until(() => engine.prompts.length === 2)
  await until(() => expect(run(id)).toMatchObject({ state: 'failed', error: { code: 'no-result' } }))
  expect(engine.opened.map(({ resumes }) => resumes)).toEqual([false, false])
})

test('S1-62 an engine that does not open is told in the session', async () => {
  const { engine, ask, until, run } = await stage()
  engine.onOpen = () => {
    throw new Error('no such thing')
  }
  const [id = ''] = await ask('a')
  await until(() => run(id)?.state === 'failed')
  expect(run(id)).toMatchObject({ error: { message: 'no such thing' } })
})

test('S1-13 S1-14 the result is on the run, the account stands before its end, in absolute numbers', async () => {
  const { engine, ask, until, run, log, tab } = await stage()
  const used = (input: number, output: number): EngineEvent => ({ type: 'usage', tokens: { input, output } })
  const [first = '', second = ''] = await ask('a', 'b')
  await until(() => engine.prompts.length === 1)
  engine.say(used(2, 1), used(6, 4), { type: 'result', durationMs: 30, apiMs: 20, costUsd: 0.5 })
  await until(() => engine.prompts.length === 2)
  const account = { durationMs: 30, apiMs: 20, costUsd: 0.5, usage: { input: 6, output: 4 } }
  await until(() => expect(run(first)).toMatchObject({ state: 'finished', ...account }))
  engine.say(used(10, 5), RESULT)
  await until(() => run(second)?.state === 'finished')
  expect(tab.collections.usage.toArray.map(({ total }) => total)).toEqual([10, 25])
  const order = await log()
  expect(order.indexOf(`usage ${second}`)).toBeLessThan(order.indexOf(`run.end ${second}`))
})

test('S1-33 S1-34 each prompt says where and with what; without a folder, or with a wrong one, nothing runs', async () => {
  const { engine, ask, until, run } = await stage({
    workspaces: { site: '/srv/site', docs: '/srv/docs' },
    puppet: puppetEngine({ needsWorkspace: true }),
  })
  const [none = '', wrong = '', right = '', other = ''] = await ask(
    'a',
    { text: 'b', prompt: { workspace: 'toString' } },
    { text: 'c', prompt: { workspace: 'site', model: 'small' } },
    { text: 'd', prompt: { workspace: 'site', dirs: ['docs'], model: 'large', mode: 'plan' } },
  )
  await until(() => engine.prompts.length === 1)
  const refused = { code: 'no-workspace', hint: 'It has: site, docs.' }
  await until(() => {
    expect(run(none)).toMatchObject({ state: 'failed', error: refused })
    expect(run(wrong)).toMatchObject({ state: 'failed', error: { code: 'unknown-workspace' } })
  })
  engine.say(RESULT)
  await until(() => engine.prompts.length === 2)
  engine.say(RESULT)
  await until(() => run(other)?.state === 'finished')
  expect(run(right)).toMatchObject({ model: 'small' })
  expect(engine.prompts).toMatchObject([{ model: 'small' }, { model: 'large', mode: 'plan' }])
  expect(engine.opened).toMatchObject([
    { workspace: '/srv/site', dirs: [] },
    { workspace: '/srv/site', dirs: ['/srv/docs'] },
  ])
})

test('S4-3 ten prompts: one engine, one tail of the session', async () => {
  const { engine, ask, until, run, relay } = await stage()
  const ids = await ask(...Array.from({ length: 10 }, () => 'hi'))
  for (const [n, id] of ids.entries()) {
    await until(() => engine.prompts.length === n + 1)
    engine.say(text(`${n}`), RESULT)
    await until(() => run(id)?.state === 'finished')
  }
  expect(engine.opened).toHaveLength(1)
  const tails = relay.requests.filter(({ path, live }) => path === PATH && live !== undefined)
  // The agent's, and that of the tab that looks on.
  expect(tails).toHaveLength(2)
})

test('a run in flight keeps its lease', async () => {
  const { engine, ask, until, run, clock } = await stage()
  const [id = ''] = await ask('a')
  await until(() => engine.prompts.length === 1)
  for (let n = 0; n < 4; n++) {
    clock.advance(5_000)
    await until(() => {
      const now = run(id)
      return now?.state === 'running' && now.until > clock.now() + 9_000
    })
  }
})

test('a session that is archived is let go of, one that is made is taken up', async () => {
  const { engine, relay, until, ask } = await stage({ session: { archived: true } })
  await ask('nobody answers')
  const session = { id: 't', title: 'T', createdAt: 1, createdBy: 'ada', agent: 'agent' }
  const item = (type: string, value: { id: string }, operation = 'insert') => ({
    type,
    key: value.id,
    value,
    headers: { operation },
  })
  await relay.append('sessions', [item('session', session)])
  await relay.append('session/t', [item('message', { id: 'q', author: 'ada', at: 0, text: 'hi' } as never)])
  await until(() => engine.prompts.length === 1)
  expect(engine.prompts.map((prompt) => prompt.run)).toEqual(['q'])
  await relay.append('sessions', [item('session', { ...session, archived: true } as never, 'update')])
  await until(() => engine.closes === 1)
})

test('a session that is deleted is let be: no run, no engine, no asking again and again', async () => {
  const { engine, ask, until, relay, clock } = await stage()
  await ask('a')
  await until(() => engine.prompts.length === 1)
  await relay.remove(PATH)
  engine.say(text('to nobody'), RESULT)
  await until(() => engine.closes === 1)
  const asked = () => relay.requests.filter(({ path }) => path === PATH)
  clock.advance(60_000)
  await until(() => clock.timers === 0)
  const before = asked().length
  clock.advance(600_000)
  await until(() => clock.timers === 0)
  expect(asked()).toHaveLength(before)
  expect(await relay.read(PATH)).toEqual([])
})

test('an engine hears of people by the names that the page gives them', async () => {
  const { ask, engine, until } = await stage()
  await ask({ text: 'a', author: 'u-0123456789ab' }, { text: 'b', author: 'u-0123456789ab', name: 'Ada' })
  await until(() => engine.prompts.length === 1)
  expect(engine.prompts[0]?.name).toBe(nameOfId('u-0123456789ab'))
  engine.say(RESULT)
  await until(() => engine.prompts.length === 2)
  expect(engine.prompts[1]).toMatchObject({
    name: 'Ada',
    history: [{ by: 'person', name: nameOfId('u-0123456789ab'), text: 'a' }],
  })
})

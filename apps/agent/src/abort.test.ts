import { deltaItem } from '@strandline/chat'
import { expect, test } from 'vitest'
import { RESULT } from './testing/engine.ts'
import { itemsOf } from './testing/relay.ts'
import { PATH, stage } from './testing/stage.ts'

const leases = 1

test('S1-19 S1-20 a polite engine is stopped softly: one end, aborted, and no timer left of it', async () => {
  const { engine, ask, until, run, abort, clock, log } = await stage()
  const [id = ''] = await ask('a')
  await until(() => engine.prompts.length === 1)
  const before = clock.timers
  engine.say({ type: 'text', message: 'm', text: 'half a' })
  await abort(id)
  await until(() => run(id)?.state === 'aborted')
  expect(run(id)).toMatchObject({ by: 'ada' })
  expect(engine.interrupts).toBe(1)
  await until(() => clock.timers <= before - leases)
  engine.say(RESULT)
  expect((await log()).filter((item) => item.startsWith('run.end'))).toHaveLength(1)
})

test('S1-19 a deaf engine is ended by force when the grace is over, and the next prompt gets a new one', async () => {
  const { engine, ask, until, run, abort, clock } = await stage()
  engine.onInterrupt = () => undefined
  const [id = ''] = await ask('a')
  await until(() => engine.prompts.length === 1)
  await until(() => run(id)?.state === 'running')
  await abort(id)
  await until(() => engine.interrupts === 1)
  const asked = clock.now()
  clock.advance(1_900 - (clock.now() - asked))
  expect(engine.closes).toBe(0)
  expect(run(id)?.state).toBe('running')
  clock.advance(200)
  await until(() => engine.closes === 1)
  await until(() => run(id)?.state === 'aborted')
  await ask('b')
  await until(() => engine.prompts.length === 2)
  expect(engine.opened).toHaveLength(2)
})

test('S1-21 an abort takes the queue with it, and what is asked after it runs', async () => {
  const { engine, ask, until, run, abort, relay } = await stage()
  const [a = '', b = '', c = ''] = await ask('a', 'b', 'c')
  await until(() => engine.prompts.length === 1)
  await abort(a)
  const [d = ''] = await ask('d')
  await until(() => engine.prompts.length === 2)
  await until(() => expect([a, b, c].map((id) => run(id)?.state)).toEqual(['aborted', 'aborted', 'aborted']))
  expect(run(b)).toMatchObject({ agent: 'agent' })
  expect(engine.prompts.map(({ text }) => text)).toEqual(['a', 'd'])
  engine.say(RESULT)
  await until(() => run(d)?.state === 'finished')
  const txids = (await itemsOf(relay, PATH))
    .filter(
      ({ type, key }) => (type === 'run.end' && key === a) || (type === 'run' && key !== a && key !== d),
    )
    .map(({ headers }) => headers.txid)
  expect(txids).toHaveLength(3)
  expect(new Set(txids).size).toBe(1)
})

test('an abort that comes after the end stops nothing', async () => {
  const { engine, ask, until, run, abort } = await stage()
  const [a = ''] = await ask('a')
  await until(() => engine.prompts.length === 1)
  engine.say(RESULT)
  await until(() => run(a)?.state === 'finished')
  await abort(a)
  const [b = ''] = await ask('b')
  await until(() => engine.prompts.length === 2)
  engine.say(RESULT)
  await until(() => run(b)?.state === 'finished')
  expect(run(a)?.state).toBe('finished')
})

test('an abort of a prompt that waits cancels it, and the run before it goes on', async () => {
  const { engine, ask, until, run, abort } = await stage()
  const [a = '', b = ''] = await ask('a', 'b')
  await until(() => engine.prompts.length === 1)
  await abort(b)
  await until(() => run(b)?.state === 'aborted')
  expect(run(a)?.state).toBe('running')
  engine.say(RESULT)
  await until(() => run(a)?.state === 'finished')
})

test('a stop while the engine is still being opened ends the run, also where opening is deaf', async () => {
  const { engine, ask, until, run, abort, clock } = await stage()
  engine.onOpen = () => new Promise(() => undefined)
  const [a = ''] = await ask('a')
  await until(() => engine.opened.length === 1)
  await abort(a)
  await until(() => {
    clock.advance(100)
    return run(a)?.state === 'aborted'
  })
  expect(engine.prompts).toEqual([])
})

test('S1-59 a run that a tab has ended, taking its agent for dead, is given up by its agent', async () => {
  const { engine, ask, until, run, relay, tab } = await stage()
  const [a = ''] = await ask('a')
  await until(() => engine.prompts.length === 1)
  engine.say({ type: 'text', message: 'm', text: 'half' })
  await until(() => tab.collections.messages.has(`${a}/m`))
  await relay.append(PATH, [deltaItem('run.end', a, { state: 'aborted', endedAt: 0, by: 'bob' })])
  await until(() => engine.interrupts === 1)
  await until(() => tab.collections.messages.get(`${a}/m`)?.state === 'incomplete')
  expect(run(a)).toMatchObject({ state: 'aborted', by: 'bob', endedAt: 0 })
  const [b = ''] = await ask('b')
  await until(() => engine.prompts.length === 2)
  engine.say(RESULT)
  await until(() => run(b)?.state === 'finished')
})

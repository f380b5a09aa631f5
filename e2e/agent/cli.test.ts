import { createHash, randomBytes } from 'node:crypto'
import { readdir, realpath } from 'node:fs/promises'
import { attachmentItems, attachmentPath } from '@strandline/chat'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { tempFolder } from '../harness/folder.ts'
import { type Relay, startRelay } from '../harness/relay.ts'
import { at } from '../harness/script.ts'
import { use } from '../harness/use.ts'
import { type AgentProcess, runAgent } from './agent.ts'
import { openRoom, type Room } from './room.ts'

const command = `${process.execPath} ${at('e2e/agent/fake-cli.mjs')}`

let relay: Relay
let work: Awaited<ReturnType<typeof tempFolder>>
let temp: Awaited<ReturnType<typeof tempFolder>>
const agents = new Map<string, AgentProcess>()

/** An agent with the played-back command; what is asked of it may take place in any number of rooms. */
async function start(id: string, ...args: string[]): Promise<AgentProcess> {
  const own = ['--id', id, '--engine', 'cli', '--command', command, '--workspace', `work=${work.path}`]
  const agent = await runAgent({
    relay: relay.url,
    args: [...own, '--grace-ms', '500', ...args],
    env: { TMPDIR: temp.path },
  })
  agents.set(id, agent)
  return agent
}

const enter = (agent = 'agent') => use(openRoom({ relay: relay.url, agent }))

beforeAll(async () => {
  ;[relay, work, temp] = await Promise.all([startRelay(), tempFolder('workspace'), tempFolder('temp')])
  await start('agent')
})

afterAll(async () => {
  await Promise.all([...agents.values()].map((agent) => agent.dispose()))
  await Promise.all([relay.dispose(), work.dispose(), temp.dispose()])
})

const prompt = { workspace: 'work' }
const textOf = (room: Room, id: string) => room.answers(id).map(({ text }) => text)

test('a conversation: one command, warm; parts and whole are one message; the account stands', async () => {
  const room = await enter()
  const first = await room.ask('hello', { prompt })
  expect(await room.ended(first)).toMatchObject({
    state: 'finished',
    durationMs: 12,
    apiMs: 10,
    costUsd: 0.01,
  })
  expect(textOf(room, first)).toEqual(['You said: hello'])
  const second = await room.ask('partial', { prompt })
  await room.ended(second)
  expect(textOf(room, second)).toEqual(['Zerschnitten: 日本語 👩‍👩‍👧 é'])
  expect(room.db.collections.usage.toArray.map(({ total }) => total)).toEqual([15, 30])
})

test('S1-12 an error of the command; S1-26 its death; its orderly end: each run has its own end, and the next runs', async () => {
  const room = await enter()
  const ids: string[] = []
  const texts = ['error', 'complains', 'partial', 'dies', 'leaves', 'hello']
  for (const text of texts) ids.push(await room.ask(text, { prompt }))
  const [error = '', complains = '', partial = '', dies = '', leaves = '', hello = ''] = ids
  expect(await room.ended(hello)).toMatchObject({ state: 'finished' })
  expect(room.run(error)).toMatchObject({ state: 'failed', error: { message: 'it went wrong' } })
  expect(room.run(complains)).toMatchObject({
    state: 'failed',
    error: { code: 'overloaded_error', message: 'Overloaded' },
  })
  expect(textOf(room, complains)).toEqual(['I was about to'])
  expect(room.run(partial)).toMatchObject({ state: 'finished' })
  expect(textOf(room, partial)).toEqual(['Zerschnitten: 日本語 👩‍👩‍👧 é'])
  expect(room.run(dies)).toMatchObject({ state: 'failed', error: { code: 'exit' } })
  expect(room.run(dies)).toMatchObject({ error: { message: expect.stringContaining('out of memory') } })
  expect(textOf(room, dies)).toEqual(['I had this to say'])
  expect(room.run(leaves)).toMatchObject({ state: 'finished' })
  expect(textOf(room, leaves)).toEqual(['My last words'])
})

test('S1-19 a soft stop is heard; a command that is deaf to everything is gone after the grace', async () => {
  const room = await enter()
  const soft = await room.ask('long', { prompt })
  await eventually(() => room.answers(soft).length > 0)
  await room.abort(soft)
  expect(await room.ended(soft)).toMatchObject({ state: 'aborted' })
  const deaf = await room.ask('deaf', { prompt })
  await eventually(() => room.answers(deaf).length > 1)
  await room.abort(deaf)
  expect(await room.ended(deaf)).toMatchObject({ state: 'aborted' })
  const next = await room.ask('hello', { prompt })
  expect(await room.ended(next)).toMatchObject({ state: 'finished' })
})

test('S1-35 S1-37 it asks before it writes; the answer reaches the command; plan mode asks nobody', async () => {
  const room = await enter()
  for (const [state, output] of [
    ['allowed', 'wrote a.txt'],
    ['denied', 'A person has denied this.'],
  ] as const) {
    const id = await room.ask('write a.txt', { prompt })
    await eventually(() => room.run(id)?.state === 'waiting')
    const [question] = room.db.collections.approvals.toArray.filter(({ run }) => run === id)
    expect(question).toMatchObject({ state: 'asked', title: 'May I use Write?' })
    await room.decide(question?.id ?? '', state)
    await room.ended(id)
    expect(room.db.collections.toolCalls.get(`${id}/tool_1`)).toMatchObject({ output })
  }
  const planned = await room.ask('write b.txt', { prompt: { ...prompt, mode: 'plan' } })
  await room.ended(planned)
  expect(room.db.collections.approvals.toArray.filter(({ run }) => run === planned)).toEqual([])
})

test('S1-37 with --skip-permissions nobody is asked', async () => {
  await start('bold', '--skip-permissions')
  const room = await enter('bold')
  const id = await room.ask('write a.txt', { prompt })
  expect(await room.ended(id)).toMatchObject({ state: 'finished' })
  expect(room.db.collections.approvals.toArray).toEqual([])
  expect(room.db.collections.toolCalls.get(`${id}/tool_1`)).toMatchObject({ output: 'wrote a.txt' })
})

test('S1-33 S1-34 model, mode and folder are those of each prompt; no folder, no run', async () => {
  const room = await enter()
  const folder = await realpath(work.path)
  const nowhere = await room.ask('where')
  expect(await room.ended(nowhere)).toMatchObject({ state: 'failed', error: { code: 'no-workspace' } })
  const asked = [
    { model: 'small', mode: 'default' },
    { model: 'large', mode: 'plan' },
  ]
  for (const wish of asked) {
    const id = await room.ask('where', { prompt: { ...prompt, ...wish } })
    await room.ended(id)
    const said = JSON.parse(textOf(room, id)[0] ?? '{}')
    expect(said).toMatchObject({ ...wish, cwd: folder })
    expect(said.args).toContain(room.session)
  }
})

test('S1-54 a command that is not there: the run says what to do', async () => {
  await start('lost', '--command', 'no-such-command')
  const room = await enter('lost')
  const id = await room.ask('hello', { prompt })
  expect(await room.ended(id)).toMatchObject({
    state: 'failed',
    error: { code: 'not-installed', hint: expect.stringContaining('no-such-command') },
  })
})

test('a session that another engine has answered in: the command begins anew', async () => {
  const agent = await start('changed', '--engine', 'demo', '--rate', '500')
  const room = await enter('changed')
  const first = await room.ask('hello')
  await room.ended(first)
  await agent.stop()
  await start('changed')
  const second = await room.ask('where', { prompt })
  expect(await room.ended(second)).toMatchObject({ state: 'finished' })
  expect(JSON.parse(textOf(room, second)[0] ?? '{}').args).toContain('--session-id')
})

test('S1-32 S1-31 the command reads the very bytes of an attachment, which are gone with the run', async () => {
  const room = await enter()
  const bytes = randomBytes(300_000)
  const url = new URL(attachmentPath(room.session, 'file-1'), relay.url)
  const headers = { 'content-type': 'application/json' }
  const pieces = [...attachmentItems(bytes)]
  const send = (items: readonly unknown[]) =>
    fetch(url, { method: 'POST', headers, body: JSON.stringify(items) })
  await fetch(url, { method: 'PUT', headers })
  await send(pieces.slice(0, 1))
  const attachments = [{ id: 'file-1', name: '../../evil.png', mime: 'image/png', size: bytes.length }]
  const id = await room.ask('hash', { prompt, attachments })
  await eventually(() => room.run(id) !== undefined)
  await send(pieces.slice(1))
  await room.ended(id)
  const [sum, path = ''] = textOf(room, id)[0]?.split(' ') ?? []
  expect(sum).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(path).toMatch(/[/]1-evil\.png$/)
  const left = async () =>
    (await readdir(temp.path, { recursive: true, withFileTypes: true })).filter((file) => file.isFile())
  expect((await left()).map(({ name }) => name)).toEqual([])

  await start('hasty', '--file-ms', '300')
  const other = await enter('hasty')
  const missing = [{ id: 'nothing', name: 'x', mime: 'text/plain', size: 1 }]
  const failed = await other.ask('hash', { prompt, attachments: missing })
  expect(await other.ended(failed)).toMatchObject({
    state: 'failed',
    error: { code: 'attachment', message: '"x" has not arrived' },
  })
  const thrown = await room.ask('dies', { prompt, attachments })
  await room.ended(thrown)
  expect(await left()).toEqual([])
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { memoryDatabase } from '../packages/client/src/store/memory.ts'
import { createScene, note, type Scene, STREAM } from './scene.ts'
import { kill } from './tabs.ts'

let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

const tails = () => scene.requests.filter((request) => request.includes('live=')).length
const logged = async (url: string) => {
  const answer = await scene.host.serve(new Request(`${url}?offset=-1`))
  return answer?.ok ? ((await answer.json()) as { key: string }[]).map(({ key }) => key) : []
}

/** A page that wrote offline and is gone; what it left on the disk. */
async function writeOffline(...names: string[]) {
  scene.online = false
  const db = memoryDatabase()
  const { client, life } = scene.tab(db)
  for (const name of names) await scene.done(client.stream(`${STREAM}-${name}`).append([note(name)]))
  kill(life)
  scene.online = true
  return db
}

const inBoth = async () => [await logged(`${STREAM}-a`), await logged(`${STREAM}-b`)]

test('what an earlier page wrote and could not send goes out, with no stream opened by the app', async () => {
  const { client } = scene.tab(await writeOffline('a', 'b'))
  await scene.done(client.resume())
  await scene.until(async () => (await inBoth()).every(({ length }) => length > 0))
  expect(await inBoth()).toEqual([['a'], ['b']])
})

test('streams with nothing to send are left alone, and those that have sent are let go', async () => {
  const db = await writeOffline('a')
  const { client } = scene.tab(db)
  await scene.done(client.resume())
  await scene.until(() => db.streams.get(`${STREAM}-a`)?.outbox.length === 0)
  await scene.clock.advance(5_000)
  const asked = scene.requests.length
  const again = tails()
  await scene.done(client.resume())
  await scene.clock.advance(120_000)
  expect(scene.requests.length).toBe(asked)
  expect(tails()).toBe(again)
})

test('a stream that the app has open stays open', async () => {
  const { client } = scene.tab(await writeOffline('a'))
  const handle = client.stream(`${STREAM}-a`)
  handle.subscribe(() => undefined)
  await scene.done(client.resume())
  const isLive = () => handle.status.get().state === 'live' && handle.status.get().pending === 0
  await scene.until(isLive)
  await scene.clock.advance(5_000)
  expect(isLive()).toBe(true)
})

test('a client that was closed resumes nothing', async () => {
  const { client } = scene.tab()
  await scene.done(client.close())
  await expect(client.resume()).rejects.toMatchObject({ code: 'shut-down' })
})

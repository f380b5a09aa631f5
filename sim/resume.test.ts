import { afterEach, beforeEach, expect, test } from 'vitest'
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

async function writeOffline(...names: string[]) {
  scene.online = false
  const { client, life } = scene.tab()
  for (const name of names) await scene.done(client.stream(`${STREAM}-${name}`).append([note(name)]))
  kill(life)
  scene.online = true
}

test('what an earlier page wrote and could not send goes out, with no stream opened by the app', async () => {
  await writeOffline('a', 'b')
  const { client } = scene.tab()
  await scene.done(client.resume())
  await scene.clock.advance(5_000)
  expect([await logged(`${STREAM}-a`), await logged(`${STREAM}-b`)]).toEqual([['a'], ['b']])
})

test('streams with nothing to send are left alone, and those that have sent are let go', async () => {
  await writeOffline('a')
  const { client } = scene.tab()
  await scene.done(client.resume())
  await scene.clock.advance(5_000)
  const asked = scene.requests.length
  const again = tails()
  await scene.done(client.resume())
  await scene.clock.advance(120_000)
  expect(scene.requests.length).toBe(asked)
  expect(tails()).toBe(again)
})

test('a stream that the app has open stays open', async () => {
  await writeOffline('a')
  const { client } = scene.tab()
  const handle = client.stream(`${STREAM}-a`)
  handle.subscribe(() => undefined)
  await scene.done(client.resume())
  await scene.clock.advance(5_000)
  expect(handle.status.get()).toMatchObject({ state: 'live', pending: 0 })
})

test('a client that was closed resumes nothing', async () => {
  const { client } = scene.tab()
  await scene.done(client.close())
  await expect(client.resume()).rejects.toMatchObject({ code: 'shut-down' })
})

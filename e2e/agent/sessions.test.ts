import {
  conversationSchema,
  deltaItem,
  rowItem,
  type Session,
  sessionPath,
  sessionsFolds,
  sessionsPath,
  sessionsSchema,
} from '@strandline/chat'
import { type Client, createClient, createLiveQueryCollection, createStreamDB, eq } from '@strandline/state'
import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../harness/eventually.ts'
import { startRelay } from '../harness/relay.ts'
import { use } from '../harness/use.ts'

const json = { 'content-type': 'application/json' }
const session = (id: string, more: Partial<Session> = {}): Session => {
  return { id, title: id, createdAt: 1, createdBy: 'ada', ...more }
}

/** A tab on a device of its own. */
function tab(): Client {
  const client = createClient({ storage: 'memory' })
  onTestFinished(() => client.close())
  return client
}

async function list(relay: string, client: Client = tab()) {
  const url = new URL(sessionsPath, relay).href
  const db = createStreamDB({ client, state: sessionsSchema, folds: sessionsFolds, streamOptions: { url } })
  onTestFinished(() => db.close())
  await db.preload()
  return { db, append: client.stream(url).append }
}

test('S0-3 S1-61 what is made or renamed in one tab is seen in the other, over the tail it has', async () => {
  const relay = await use(startRelay())
  await fetch(new URL(sessionsPath, relay.url), { method: 'PUT', headers: json })
  const [a, b] = [await list(relay.url), await list(relay.url)]
  const row = { ...session('s'), title: 'Old' }
  a.db.collections.sessions.insert(row)
  await eventually(() => b.db.collections.sessions.get('s')?.title === 'Old')
  await a.append([deltaItem('session.edit', 's', { title: 'New' })])
  await eventually(() => b.db.collections.sessions.get('s')?.title === 'New')
})

test('S0-4 a session that nobody made: 404 for a program, not-found for a tab, and no polling', async () => {
  const relay = await use(startRelay())
  const url = new URL(sessionPath('nobody'), relay.url)
  expect((await fetch(url, { method: 'HEAD' })).status).toBe(404)
  const db = createStreamDB({
    client: tab(),
    state: conversationSchema,
    streamOptions: { url: url.href },
  })
  onTestFinished(() => db.close())
  await db.preload()
  await eventually(() => db.status.get().state === 'halted')
  expect(db.status.get()).toMatchObject({ state: 'halted', error: { code: 'not-found' } })
})

test('S0-5 sessions of the same millisecond stand in the same order in every tab', async () => {
  const relay = await use(startRelay())
  await fetch(new URL(sessionsPath, relay.url), { method: 'PUT', headers: json })
  const first = await list(relay.url)
  for (const id of ['m', 'z', 'a']) first.db.collections.sessions.insert(session(id))
  const second = await list(relay.url)
  await eventually(() => second.db.collections.sessions.size === 3)
  const orderOf = async ({ db }: typeof first) => {
    const query = createLiveQueryCollection((q) =>
      q
        .from({ row: db.collections.sessions })
        .orderBy(({ row }) => row.createdAt, 'desc')
        .orderBy(({ row }) => row.id, 'asc'),
    )
    await query.preload()
    return query.toArray.map(({ id }) => id)
  }
  expect(await orderOf(first)).toEqual(['a', 'm', 'z'])
  expect(await orderOf(second)).toEqual(['a', 'm', 'z'])
})

test('S0-6 registering what is known gives the first record', async () => {
  const relay = await use(startRelay())
  const url = new URL(sessionsPath, relay.url)
  const put = (type: string) => fetch(url, { method: 'PUT', headers: { 'content-type': type } })
  expect((await put('application/json')).status).toBe(201)
  expect((await put('application/json')).status).toBe(200)
  expect((await put('text/plain')).status).toBe(409)
  const { db, append } = await list(relay.url)
  await append([rowItem('session', session('s', { createdAt: 5 }))])
  await append([rowItem('session', session('s', { createdAt: 9, createdBy: 'bob', title: 'Mine' }))])
  await append([rowItem('session', session('t'))])
  await eventually(() => db.status.get().pending === 0 && db.collections.sessions.has('t'))
  expect(db.collections.sessions.get('s')).toMatchObject({ createdAt: 5, createdBy: 'ada', title: 's' })
})

test('S3-7 S3-8 S3-9 all types, none, or some; the same in the replay and live; none asks nothing', async () => {
  const relay = await use(startRelay())
  const url = new URL(sessionsPath, relay.url).href
  await fetch(url, { method: 'PUT', headers: json })
  const post = (...items: readonly unknown[]) =>
    fetch(url, { method: 'POST', headers: json, body: JSON.stringify(items) })
  const types = ['session', 'agent', 'readMark', 'rocket']
  const some = ['agent', 'rocket']
  const item = (n: number) => ({
    type: types[n % 4],
    key: `${n}`,
    value: {},
    headers: { operation: 'insert' },
  })
  const follow = (client: Client, wanted?: readonly string[]) => {
    const keys: string[] = []
    const handle = client.stream(url)
    handle.subscribe(
      ({ items }) => keys.push(...items.map((one) => String((one as { key: string }).key))),
      wanted && { types: wanted },
    )
    return { keys, handle }
  }

  const before = tab()
  const live = { all: follow(before).keys, some: follow(before, some).keys, none: follow(before, []).keys }
  await eventually(() => before.stream(url).status.get().state === 'live')
  for (let n = 0; n < 40; n += 5) await post(...Array.from({ length: 5 }, (_, k) => item(n + k)))
  const arrived = ({ all, some }: typeof live) => all.length === 40 && some.length === 20
  await eventually(() => arrived(live))
  const after = tab()
  const replay = { all: follow(after).keys, some: follow(after, some).keys, none: follow(after, []).keys }
  await eventually(() => arrived(replay))
  expect(replay).toEqual(live)
  expect(live.some).toEqual(live.all.filter((key) => some.includes(types[Number(key) % 4] ?? '')))
  expect(live.none).toEqual([])

  let asked = 0
  const counted: typeof fetch = (input, init) => {
    asked += 1
    return fetch(input, init)
  }
  const idle = createClient({ storage: 'memory', fetch: counted })
  onTestFinished(() => idle.close())
  const nothing = follow(idle, [])
  await post(item(40))
  await eventually(() => live.all.length === 41)
  expect([asked, nothing.keys]).toEqual([0, []])
})

test('S3-10 a session that moves leaves one list and enters the other', async () => {
  const relay = await use(startRelay())
  await fetch(new URL(sessionsPath, relay.url), { method: 'PUT', headers: json })
  const { db, append } = await list(relay.url)
  const lists = [false, true].map((archived) =>
    createLiveQueryCollection((q) =>
      q.from({ row: db.collections.sessions }).where(({ row }) => eq(row.archived, archived)),
    ),
  )
  await Promise.all(lists.map((query) => query.preload()))
  const shown = () => lists.map((query) => query.toArray.map(({ id }) => id))
  await append([rowItem('session', session('s', { archived: false }))])
  await eventually(shown, ([open, archived]) => open?.join() === 's' && archived?.length === 0)
  await append([deltaItem('session.edit', 's', { archived: true })])
  await eventually(shown, ([open, archived]) => open?.length === 0 && archived?.join() === 's')
})

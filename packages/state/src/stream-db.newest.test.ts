import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { arrival, createLiveQueryCollection } from './index.ts'
import { item } from './testing/chat.ts'
import { type Harness, harness } from './testing/harness.ts'

let on: Harness
beforeEach(() => {
  on = harness('indexeddb')
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await on.end()
})

const COUNT = 4_000
const numbered = (n: number) => item('insert', `m${n}`, `text ${n}`)
const many = Array.from({ length: COUNT }, (_, n) => numbered(n))

const newestOf = (messages: ReturnType<typeof reopen>['collections']['messages'], count: number) =>
  createLiveQueryCollection((q) =>
    q
      .from({ message: messages })
      .orderBy(({ message }) => arrival(message), 'desc')
      .limit(count),
  )

/** Brings `items` to the disk of the device `database`, and then takes the relay away. */
async function keep(database: string, items: readonly object[]) {
  await on.relay.append('room', items)
  const client = on.client({ database })
  const db = on.open({ client })
  await db.preload({ until: 'live' })
  await db.close()
  await client.close()
  on.relay.offline()
}

const reopen = (database: string) => on.open({ client: on.client({ database }) })

test('the newest rows are there before the others, which follow; all is as without them', async () => {
  await keep('long', [...many, item('update', 'm1', 'edited late'), item('delete', `m${COUNT - 2}`)])
  const db = reopen('long')
  const { messages } = db.collections
  await db.preload({ until: 'newest' })
  expect(messages.isReady()).toBe(false)
  expect(messages.size).toBeGreaterThan(100)
  expect(messages.size).toBeLessThan(COUNT / 2)

  const newest = newestOf(messages, 3)
  const seen: string[] = []
  newest.subscribeChanges(() => seen.push(newest.toArray.map(({ id }) => id).join()), {
    includeInitialState: true,
  })
  const expected = [COUNT - 1, COUNT - 3, COUNT - 4].map((n) => `m${n}`).join()
  await expect.poll(() => seen.at(-1)).toBe(expected)
  expect(messages.isReady()).toBe(false)

  await db.preload()
  await newest.preload()
  expect(messages.size).toBe(COUNT - 1)
  // What was on screen stays as it was.
  expect(new Set(seen.slice(seen.indexOf(expected)))).toEqual(new Set([expected]))

  const plain = on.open({ client: on.client({ database: 'long' }) })
  await plain.preload()
  const rowsOf = (db: typeof plain) =>
    db.collections.messages.toArray.map((row) => [row.id, row.text, arrival(row)])
  expect(rowsOf(db)).toEqual(rowsOf(plain))
})

test('a row that the end of the log alone makes look as if it were there is gone with the rest', async () => {
  const twice = { txid: 't', part: '1/1' }
  await keep('twice', [
    item('insert', 'x', 'first', twice),
    item('delete', 'x'),
    ...many,
    // A relay that forgot who wrote it took it again.
    item('insert', 'x', 'first', twice),
  ])
  const db = reopen('twice')
  const { messages } = db.collections
  await db.preload({ until: 'newest' })
  expect(messages.has('x')).toBe(true)
  const heard: string[] = []
  messages.subscribeChanges((changes) => heard.push(...changes.map(({ type, key }) => `${type} ${key}`)), {
    includeInitialState: true,
  })
  await db.preload()
  expect(messages.has('x')).toBe(false)
  expect(messages.size).toBe(COUNT)
  expect(heard).toContain('delete x')
})

test('a row that began before the end, and again in it, moves to its place with the rest', async () => {
  await keep('again', [item('insert', 'x', 'first'), ...many, item('insert', 'x', 'again')])
  const db = reopen('again')
  const { messages } = db.collections
  await db.preload({ until: 'newest' })
  const newest = newestOf(messages, 2)
  newest.subscribeChanges(() => undefined)
  await expect.poll(() => newest.toArray.map(({ id }) => id)).toEqual(['x', `m${COUNT - 1}`])
  expect(messages.isReady()).toBe(false)
  await newest.preload()
  expect(newest.toArray.map(({ id }) => id)).toEqual([`m${COUNT - 1}`, `m${COUNT - 2}`])
  expect(messages.toArray[0]).toMatchObject({ id: 'x', text: 'again' })
  expect(messages.size).toBe(COUNT + 1)
})

test('a row on screen that is another one with all of the log is told of', async () => {
  const twice = { txid: 't', part: '1/1' }
  await keep('other', [
    item('insert', 'x', 'before'),
    item('update', 'x', 'edited', twice),
    item('delete', 'x'),
    ...many,
    item('insert', 'x', 'anew'),
    // It was there before: it does not count again.
    item('update', 'x', 'edited', twice),
    numbered(COUNT),
  ])
  const db = reopen('other')
  const { messages } = db.collections
  await db.preload({ until: 'newest' })
  const newest = newestOf(messages, 2)
  newest.subscribeChanges(() => undefined)
  await expect.poll(() => newest.toArray[1]).toMatchObject({ id: 'x', text: 'edited' })
  await newest.preload()
  expect(newest.toArray[1]).toMatchObject({ id: 'x', text: 'anew' })
})

test('no other row is made until the page has had time to show these', async () => {
  await keep('idle', many)
  let idle = () => {}
  vi.stubGlobal('requestIdleCallback', (run: () => void) => {
    idle = run
    return 1
  })
  vi.stubGlobal('cancelIdleCallback', () => undefined)
  const db = reopen('idle')
  const { messages } = db.collections
  await db.preload({ until: 'newest' })
  const { size } = messages
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setTimeout(resolve))
  expect(messages.size).toBe(size)
  idle()
  await db.preload()
  expect(messages.size).toBe(COUNT)
})

test('what was typed before the reload is among the newest, and a write made before the rest is there is kept', async () => {
  await keep('typed', many)
  const before = reopen('typed')
  await before.preload()
  await before.collections.messages.insert({ id: 'typed', text: 'offline' }).isPersisted.promise
  await before.close()

  const db = reopen('typed')
  const { messages } = db.collections
  await db.preload({ until: 'newest' })
  expect(messages.isReady()).toBe(false)
  expect(messages.toArray.at(-1)).toMatchObject({ id: 'typed' })
  expect(db.pending.toArray).toMatchObject([{ keys: [{ key: 'typed' }] }])
  const written = messages.insert({ id: 'meanwhile', text: 'too' })
  await written.isPersisted.promise
  await db.preload()
  expect(messages.size).toBe(COUNT + 2)
  expect(messages.toArray.slice(-2).map(({ id }) => id)).toEqual(['typed', 'meanwhile'])
  expect(db.pending.size).toBe(2)
})

test('a write that is under way does not keep the others from being there when they are said to be', async () => {
  await keep('writing', many)
  const db = reopen('writing')
  const { messages } = db.collections
  await db.preload({ until: 'newest' })
  const saved = vi.fn()
  messages.insert({ id: 'first', text: 'one' }).isPersisted.promise.then(() => saved(messages.isReady()))
  await db.preload()
  expect(messages.size).toBe(COUNT + 1)
  // It did not wait for all of the log either.
  expect(saved).toHaveBeenCalledWith(false)

  const again = reopen('writing')
  await again.preload({ until: 'newest' })
  // One after the other, until all is read: the last are under way then.
  const writing = (async () => {
    for (let n = 0; !again.collections.messages.isReady(); n++)
      await again.collections.messages.insert({ id: `more-${n}`, text: 'x' }).isPersisted.promise
  })()
  await again.preload()
  expect(again.collections.messages.size).toBeGreaterThanOrEqual(COUNT + 1)
  await writing
})

test('a new stream is not taken for one that the device has, because something was written', async () => {
  on.relay.muteTails()
  on.relay.delay(200)
  await on.relay.append('new', [numbered(0)])
  const db = on.open({ client: on.client({ database: 'new' }), path: 'new' })
  const opened = db.preload()
  db.collections.messages.insert({ id: 'mine', text: 'typed' })
  await opened
  expect(db.collections.messages.toArray.map(({ id }) => id)).toEqual(['m0', 'mine'])
})

test('what waits keeps its order, also a write of which only a part is among the newest', async () => {
  await keep('order', many)
  const before = reopen('order')
  await before.preload()
  const { messages } = before.collections
  await before.transact(() => {
    messages.insert({ id: 'p', text: 'first' })
    messages.update('m1', (row) => {
      row.text = 'edited'
    })
  }).isPersisted.promise
  await messages.insert({ id: 'q', text: 'second' }).isPersisted.promise
  await before.close()
  const db = reopen('order')
  const last = () => db.collections.messages.toArray.slice(-2).map(({ id }) => id)
  await db.preload({ until: 'newest' })
  expect(last()).toEqual(['p', 'q'])
  await db.preload()
  expect(last()).toEqual(['p', 'q'])
  expect(db.collections.messages.get('m1')?.text).toBe('edited')
})

test('the rows are in order, also where the first of the end went and came back', async () => {
  const end = Array.from({ length: 500 }, (_, n) => item('insert', `z${n}`, 'z'))
  end[0] = item('insert', 'a', 'one')
  end[490] = item('delete', 'a')
  end[491] = item('insert', 'a', 'again')
  await keep('back', [...many, ...end])
  const db = reopen('back')
  await db.preload({ until: 'newest' })
  await db.preload()
  const { messages } = db.collections
  const places = messages.toArray.map((row) => arrival(row))
  expect(places).toEqual(places.toSorted((a, b) => a - b))
  expect(new Set(messages.toArray.map(({ id }) => id)).size).toBe(messages.size)
})

test('where the log is short, or empty, or read already, the newest are all of it', async () => {
  await keep('short', [numbered(0), numbered(1)])
  const db = reopen('short')
  await db.preload({ until: 'newest' })
  expect(db.collections.messages.isReady()).toBe(true)
  expect(db.collections.messages.size).toBe(2)
  await db.preload({ until: 'newest' })

  const empty = on.open({ client: on.client({ database: 'empty' }) })
  await empty.preload({ until: 'newest' })
  expect(empty.collections.messages.isReady()).toBe(true)
  const closed = reopen('closed')
  const refused = expect(closed.preload({ until: 'newest' })).rejects.toMatchObject({ code: 'shut-down' })
  await closed.close()
  await refused
})

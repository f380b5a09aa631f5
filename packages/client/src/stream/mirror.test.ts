import { beforeEach, describe, expect, test, vi } from 'vitest'
import { SyncError } from '../errors.ts'
import type { Page } from '../http/page.ts'
import { type Storage, storageOver } from '../storage.ts'
import { type MemoryDatabase, memoryDatabase, memoryStore } from '../store/memory.ts'
import type { Observer } from './batch.ts'
import { type Mirror, type MirrorOptions, openMirror } from './mirror.ts'

const ID = 'http://relay/v1/stream/a'

/** One tab over the store that all share. */
const tab = (
  storage: Storage,
  read: (from: string) => Promise<Page> = () => new Promise<never>(() => undefined),
  effects: MirrorOptions['effects'] = { now: () => 0, breathe: async () => undefined, uuid: () => 'p' },
): Promise<Mirror> =>
  openMirror({
    id: ID,
    url: ID,
    storage,
    effects,
    read,
    changed() {},
  })

const { signal } = new AbortController()

const page = (from: string, to: string, txids: readonly string[]): Page => {
  const items = txids.map((txid) => ({ type: 'note', key: txid, headers: { txid } }))
  const bytes = new TextEncoder().encode(JSON.stringify(items))
  return { from, to, items, bytes, upToDate: true, closed: false, incarnation: 'x', cursor: null }
}

describe('a store that was wiped and made anew by another tab', () => {
  let db: MemoryDatabase
  let storage: Storage
  let one: Mirror
  let two: Mirror
  beforeEach(async () => {
    db = memoryDatabase()
    storage = storageOver(memoryStore(db), () => 0)
    one = await tab(storage)
    two = await tab(storage)
    await one.accept(page('-1', '1', ['theirs']), 'catch-up')
    await one.add({ txid: 'mine', items: ['1'] })
    db.streams.clear()
    await two.refresh()
  })
  const waiting = async () => (await storage.outbox.list(ID)).entries.map(({ txid }) => txid)

  test('what this tab alone knew of is written back, at its next look', async () => {
    expect(await waiting()).toEqual([])
    await one.refresh()
    expect(await waiting()).toEqual(['mine'])
    expect(one.pending()).toMatchObject([{ txid: 'mine', state: 'saved' }])
  })

  test('its echo may lie in what was read anew: nothing is sent before that was read once more (rule 2)', async () => {
    await two.accept(page('-1', '2', ['theirs', 'mine']), 'catch-up')
    await one.refresh()
    expect(one.record()).toMatchObject({ head: '-1', caughtUp: false })
    expect(await storage.outbox.freeze(ID, { entries: 9, size: 9 }, () => 'p')).toBeNull()
    await one.accept(page('-1', '2', ['theirs', 'mine']), 'catch-up')
    expect(await waiting()).toEqual([])
    expect(one.pending()).toEqual([])
  })

  test('an arrival that continues the log of before is a gap', async () => {
    expect(await one.accept(page('1', '2', ['more']), 'tail')).toBe('gap')
    expect(await waiting()).toEqual(['mine'])
  })
})

const arrived = page('-1', '1', ['a'])

/** The mirror of a log whose one segment is damaged. */
async function damagedLog(read: (from: string) => Promise<Page>) {
  const db = memoryDatabase()
  const storage = storageOver(memoryStore(db), () => 0)
  const mirror = await tab(storage, read)
  await storage.log.append(ID, { ...arrived, count: arrived.items.length, echoes: [] })
  const stream = db.streams.get(ID)
  if (stream) db.streams.set(ID, { ...stream, segments: stream.segments.map((row) => ({ ...row, sum: -1 })) })
  return { storage, mirror }
}

test('damage that the relay has trimmed frees the log: what is there is read anew', async () => {
  const { storage, mirror } = await damagedLog(async () => {
    throw new SyncError('trimmed', 'the relay no longer has what follows')
  })
  await mirror.observe(() => undefined, signal, false)
  expect(await storage.log.all()).toMatchObject([{ head: '-1', count: 0, caughtUp: false }])
})

test('damage that many come upon at once is asked for once', async () => {
  const asked: string[] = []
  const { mirror } = await damagedLog(async (from) => {
    asked.push(from)
    return arrived
  })
  const { items } = arrived
  const seen: unknown[] = []
  const observe = () => mirror.observe(({ batch }) => seen.push(...(batch?.items ?? [])), signal, false)
  await Promise.all([mirror.refresh(), mirror.refresh(), observe(), observe()])
  expect(asked).toEqual(['-1'])
  expect(seen).toEqual([...items, ...items])
})

test('the same write asked for twice in one turn waits once', async () => {
  const storage = storageOver(memoryStore(), () => 0)
  const mirror = await tab(storage)
  const write = { txid: 'mine', items: ['1'] }
  await Promise.all([mirror.add(write), mirror.add(write), mirror.add({ txid: 'next', items: ['2'] })])
  await mirror.add(write)
  expect(mirror.pending().map(({ txid }) => txid)).toEqual(['mine', 'next'])
})

describe('a first read, a page of which is on its way to observers', () => {
  const [first, second] = ['a', 'b'].map((name) =>
    Array.from({ length: 1_000 }, (_, n) => `${name}${n}`),
  ) as [string[], string[]]
  let storage: Storage
  let mirror: Mirror
  let early: string[]
  let paint: () => void
  let fail: (error: Error) => void

  const hearing = async (heard: string[] = []) => {
    const observer: Observer = ({ batch }) => {
      heard.push(...((batch?.items ?? []) as { key: string }[]).map(({ key }) => key))
    }
    await mirror.observe(observer, signal, false)
    return heard
  }

  beforeEach(async () => {
    let time = 0
    let painted: Promise<void> | undefined
    const breathe = () => painted ?? new Promise<void>((resolve) => setImmediate(resolve))
    storage = storageOver(memoryStore(), () => 0)
    mirror = await tab(storage, undefined, { now: () => ++time * 100, breathe, uuid: () => 'p' })
    early = await hearing()
    painted = new Promise((resolve, reject) => {
      paint = resolve
      fail = reject
    })
    await mirror.accept({ ...page('-1', '1', first), upToDate: false }, 'catch-up')
    painted = undefined
  })

  test('the next page is stored meanwhile, and told to be there when it is shown', async () => {
    const stored = mirror.accept(page('1', '2', second), 'catch-up')
    await vi.waitFor(async () => expect(await storage.log.all()).toMatchObject([{ count: 2_000 }]))
    expect(early).toEqual(first.slice(0, 500))
    expect(mirror.record().caughtUp).toBe(false)
    paint()
    await stored
    expect(early).toEqual([...first, ...second])
  })

  test('who comes meanwhile hears each item once', async () => {
    const late = hearing()
    // Time enough to be read to, were that begun.
    for (let turn = 0; turn < 20; turn++) await new Promise<void>((resolve) => setImmediate(resolve))
    paint()
    expect(await late).toEqual(first)
    expect(early).toEqual(first)
  })

  test('it can be waited for', async () => {
    const shown = mirror.shown().then(() => [...early])
    paint()
    expect(await shown).toEqual(first)
  })

  test('where it cannot be shown, all is read again with what comes next', async () => {
    fail(new Error('no turn'))
    await mirror.refresh()
    expect(early).toEqual([...first.slice(0, 500), ...first])
  })
})

test('what a catch-up page brings is stored byte for byte, its odd spacing too (invariant 6)', async () => {
  const storage = storageOver(memoryStore(), () => 0)
  const mirror = await tab(storage)
  const text = ' [ {"type":"note",\t"key" : "a"} ,\n{"key":"\\u0062","n":1.0} ]\r\n'
  const bytes = new TextEncoder().encode(text)
  await mirror.accept({ ...page('-1', '1', []), items: JSON.parse(text), bytes }, 'catch-up')
  const { segments } = await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)
  expect(segments.map((segment) => new TextDecoder().decode(segment.bytes))).toEqual([text])
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { enduring } from '../packages/client/src/enduring.ts'
import { SyncError } from '../packages/client/src/errors.ts'
import type { StreamHandle } from '../packages/client/src/handle.ts'
import { type Storage, storageOver } from '../packages/client/src/storage.ts'
import { type MemoryDatabase, memoryDatabase, memoryStore } from '../packages/client/src/store/memory.ts'
import type { Disk } from '../packages/client/src/store/store.ts'
import { createScene, isAppend, keysOf, note, refusal, type Scene, STREAM, states } from './scene.ts'

/** Stores that fail under a page that is open. */
let scene: Scene
let db: MemoryDatabase

beforeEach(async () => {
  scene = await createScene()
  db = memoryDatabase()
})
afterEach(() => scene.end())

/** A disk that can be broken, as when the browser ends every connection to it. */
function breakable() {
  const store = memoryStore(db)
  const state = { broken: false }
  const works = () => {
    if (state.broken) throw new SyncError('storage', 'the disk is gone')
  }
  const disk: Disk = {
    ...store,
    kind: 'indexeddb',
    async run(mode, body) {
      works()
      return store.run(mode, body)
    },
    ready: async () => works(),
  }
  const { now, sleep } = scene.clock
  return { state, storage: () => storageOver(enduring(disk, now, sleep), now) }
}

/** A disk that can be full. */
function fillable() {
  const state = { full: false }
  const storage = (): Storage => {
    const over = storageOver(memoryStore(db), scene.clock.now)
    const append: Storage['log']['append'] = async (...args) => {
      if (state.full) throw new SyncError('quota', 'the disk is full')
      return over.log.append(...args)
    }
    return { ...over, kind: 'indexeddb', log: { ...over.log, append } }
  }
  return { state, storage }
}

const follow = async (storage?: Storage) => {
  const { client } = scene.tab(db, {}, storage)
  const handle = client.stream(STREAM)
  const { keys, take } = keysOf()
  handle.subscribe(take)
  await scene.until(() => handle.status.get().state === 'live')
  return { client, handle, keys }
}
const kindOf = (handle: StreamHandle) => handle.status.get().storage
const onDisk = () => db.streams.get(STREAM)

describe('a disk that dies under an open page', () => {
  test('the page goes on in memory, says so, loses nothing and heals itself (G3)', async () => {
    const { state, storage } = breakable()
    await scene.append('before')
    const { handle, keys } = await follow(storage())
    await scene.until(() => keys.length === 1)
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    await scene.done(handle.append([note('waiting')]))

    state.broken = true
    await scene.done(handle.append([note('written without a disk')]))
    await scene.until(() => kindOf(handle) === 'memory')
    scene.intercept = () => undefined
    await scene.until(() => handle.outbox.get().length === 0)
    await scene.append('news')
    await scene.until(() => keys.includes('news'))
    const all = ['before', 'waiting', 'written without a disk', 'news']
    expect(keys).toEqual(all)
    expect(await scene.logged()).toEqual(all)

    state.broken = false
    await scene.append('healed')
    await scene.until(() => kindOf(handle) === 'indexeddb', 120_000)
    await scene.until(() => onDisk()?.streams?.count === 5 && onDisk()?.outbox.length === 0)
    await scene.until(() => keys.includes('healed'))
    expect(keys).toEqual([...all, 'healed'])
    expect(await scene.logged()).toEqual([...all, 'healed'])
  })

  test('a write made in memory is on the disk when it is back, also where no relay can be reached', async () => {
    const { state, storage } = breakable()
    const { handle } = await follow(storage())
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    state.broken = true
    await scene.done(handle.append([note('a')]))
    expect(onDisk()?.outbox).toEqual([])
    state.broken = false
    await scene.until(() => kindOf(handle) === 'indexeddb', 120_000)
    expect(onDisk()?.outbox.map(({ items }) => items)).toHaveLength(1)
  })

  test('so is one of a stream that nobody has open by then', async () => {
    const { state, storage } = breakable()
    const { handle, client } = await follow(storage())
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    state.broken = true
    await scene.done(handle.append([note('a')]))
    const other = client.stream(`${STREAM}-other`)
    other.subscribe(() => undefined)
    await scene.done(handle.close())
    state.broken = false
    await scene.until(() => kindOf(other) === 'indexeddb', 120_000)
    expect(onDisk()?.outbox).toHaveLength(1)
  })

  test('the other tab, whose disk works, is not kept from leading', async () => {
    const { state, storage } = breakable()
    const one = await follow(storage())
    const two = await follow(breakable().storage())
    expect([one, two].map(({ handle }) => handle.status.get().leader)).toEqual([true, false])
    state.broken = true
    await scene.append('news')
    await scene.until(
      () => [one, two].every(({ keys }) => keys.length === 1) && kindOf(one.handle) === 'memory',
    )
    expect(kindOf(two.handle)).toBe('indexeddb')
    await scene.until(() => two.handle.status.get().leader)
  })
})

test('where the disk is full, the tabs that follow see what arrives all the same', async () => {
  const { state, storage } = fillable()
  const one = await follow(storage())
  const two = await follow(storage())
  expect([one, two].map(({ handle }) => handle.status.get().leader)).toEqual([true, false])
  state.full = true
  await scene.append('no room')
  await scene.until(() =>
    [one, two].every(({ handle, keys }) => kindOf(handle) === 'memory' && keys.length === 1),
  )
  state.full = false
  await scene.append('room')
  await scene.until(() =>
    [one, two].every(({ handle, keys }) => kindOf(handle) === 'indexeddb' && keys.includes('room')),
  )
  expect([one.keys, two.keys]).toEqual([
    ['no room', 'room'],
    ['no room', 'room'],
  ])
  await scene.until(() => [one, two].filter(({ handle }) => handle.status.get().leader).length === 1)
})

describe('a database that is wiped under open pages', () => {
  test('what waits, what was refused and what is uncertain is written back, the claim with it', async () => {
    const { handle, keys } = await follow()
    scene.intercept = (request) => (isAppend(request) ? refusal(413) : undefined)
    await scene.done(handle.append([note('refused')], { txid: 'refused' }))
    await scene.until(() => states(handle)[0] === 'rejected')
    const bodies: string[] = []
    scene.intercept = (request) => {
      if (!isAppend(request)) return undefined
      bodies.push(`${request.headers.get('producer-id')} ${request.headers.get('producer-seq')}`)
      return refusal(503)
    }
    await scene.done(handle.append([note('sent')], { txid: 'sent' }))
    await scene.until(() => bodies.length > 0)

    db.streams.clear()
    await scene.append('news')
    await scene.until(() => keys.includes('news') && bodies.length > 2 && states(handle)[1] === 'sending')
    expect(handle.outbox.get().map(({ txid, state }) => [txid, state])).toEqual([
      ['refused', 'rejected'],
      ['sent', 'sending'],
    ])
    expect(onDisk()?.outbox.map(({ txid, status }) => [txid, status.state])).toEqual([
      ['refused', 'rejected'],
      ['sent', 'saved'],
    ])
    expect(new Set(bodies).size).toBe(1)
  })

  test('what only the other tab knew of is written back too', async () => {
    const one = await follow()
    const two = await follow()
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    await scene.done(one.handle.append([note('of one')], { txid: 'one' }))
    await scene.done(two.handle.append([note('of two')], { txid: 'two' }))
    await scene.until(() => one.handle.outbox.get().length === 2)
    db.streams.clear()
    await scene.done(two.handle.append([note('later')], { txid: 'later' }))
    await scene.until(() => one.handle.outbox.get().length === 3)
    scene.intercept = () => undefined
    await scene.until(() => [one, two].every(({ handle }) => handle.outbox.get().length === 0), 120_000)
    expect(new Set(await scene.logged())).toEqual(new Set(['later', 'of one', 'of two']))
    expect(await scene.logged()).toHaveLength(3)
  })
})

test('a stream that is closed while its store opens does not hear of the store any more', async () => {
  const hearers = new Set<unknown>()
  let opened = false
  const over = storageOver(memoryStore(db), scene.clock.now)
  const open: Storage['log']['open'] = async (...args) => {
    await scene.clock.sleep(100)
    opened = true
    return over.log.open(...args)
  }
  const moved: Storage['moved'] = {
    get: () => 0,
    subscribe(fn) {
      hearers.add(fn)
      return () => hearers.delete(fn)
    },
  }
  const { client } = scene.tab(db, {}, { ...over, moved, log: { ...over.log, open } })
  const handle = client.stream(STREAM)
  handle.subscribe(() => undefined)
  await scene.done(handle.close())
  expect(opened).toBe(true)
  expect(hearers.size).toBe(0)
})

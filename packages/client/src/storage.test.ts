import 'fake-indexeddb/auto'
import { describe, expect, test, vi } from 'vitest'
import { createClient } from './client.ts'
import { sealed } from './log/segment.ts'
import { arrival, testLog } from './log/suite.ts'
import { testOutbox } from './outbox/suite.ts'
import { roomy } from './room.ts'
import { openStorage, type Storage, storageOver } from './storage.ts'
import { databaseName } from './store/database.ts'
import { idbStore } from './store/idb.ts'
import { type MemoryDatabase, memoryDatabase, memoryStore } from './store/memory.ts'
import { testStore } from './store/suite.ts'

let databases = 0
const now = () => 1_700_000_000_000
const idbStorage = (name: string) => storageOver(idbStore(name), now)
const memoryStorage = () => storageOver(memoryStore(), now)
const fresh = async () => idbStorage(`test-${databases++}`)

const memories = new Map<string, MemoryDatabase>()
testStore('memory', (name) => {
  const held = memories.get(name) ?? memoryDatabase()
  memories.set(name, held)
  return memoryStore(held)
})
testStore('IndexedDB', (name) => idbStore(name))
testLog('memory', async () => memoryStorage())
testLog('IndexedDB', fresh)
testOutbox('memory', async () => memoryStorage())
testOutbox('IndexedDB', fresh)

test('a client that is not told otherwise keeps its data in `strandline`', async () => {
  const client = createClient({ fetch: () => Promise.reject(new TypeError('no network')) })
  const handle = client.stream('http://relay/v1/stream/a')
  await handle.append([{ type: 'note', key: '1', value: {}, headers: { operation: 'insert' } }])
  await client.close()
  expect((await indexedDB.databases()).map(({ name }) => name)).toContain(databaseName('strandline'))
})

test('what was saved is there after the database was closed and opened again', async () => {
  const name = `test-${databases++}`
  const id = 'http://relay/v1/stream/a'
  const before = idbStorage(name)
  await before.log.open(id, id)
  await before.outbox.add(id, [{ txid: 'a', items: ['1'] }], () => 'producer')
  before.close()
  const after = idbStorage(name)
  expect((await after.outbox.list(id)).entries).toHaveLength(1)
  after.close()
})

test('destroying hands back what never left and leaves nothing', async () => {
  const name = `test-${databases++}`
  const id = 'http://relay/v1/stream/a'
  const storage = idbStorage(name)
  await storage.log.open(id, id)
  const item = '{"type":"message","key":"1","headers":{"operation":"insert"}}'
  await storage.outbox.add(id, [{ txid: 'a', items: [item] }], () => 'producer')
  expect(await storage.destroy()).toMatchObject([
    { txid: 'a', stream: id, keys: [{ type: 'message', key: '1' }] },
  ])
  const next = idbStorage(name)
  expect(await next.log.all()).toEqual([])
  next.close()
})

test('where IndexedDB does not open, memory stands in and says so (G3)', async () => {
  const { open } = indexedDB
  indexedDB.open = () => {
    throw new DOMException('private window', 'SecurityError')
  }
  try {
    expect((await openStorage(undefined, 'private', now)).kind).toBe('memory')
  } finally {
    indexedDB.open = open
  }
})

test('a disk that dies for good while it is open: memory, until it can be read again (G3)', async () => {
  const name = `test-${databases++}`
  const id = 'http://relay/v1/stream/a'
  const storage = await openStorage(undefined, name, now)
  await storage.log.open(id, id)
  expect(storage.kind).toBe('indexeddb')
  const gone = () => {
    throw new DOMException('the connection is gone', 'InvalidStateError')
  }
  const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(gone)
  const open = vi.spyOn(indexedDB, 'open').mockImplementation(gone)
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  try {
    // What was open is not there: whoever follows the stream brings back what it knows.
    await expect(
      storage.outbox.add(id, [{ txid: 'a', items: ['1'] }], () => 'producer'),
    ).rejects.toMatchObject({
      code: 'vanished',
    })
    expect(storage.kind).toBe('memory')
    await storage.log.open(id, id)
    await storage.outbox.add(id, [{ txid: 'a', items: ['1'] }], () => 'producer')
    transaction.mockRestore()
    open.mockRestore()
    const healed = new Promise<void>((resolve) => storage.moved?.subscribe(resolve))
    await vi.advanceTimersByTimeAsync(30_000)
    vi.useRealTimers()
    await healed
  } finally {
    vi.useRealTimers()
  }
  expect(storage.kind).toBe('indexeddb')
  expect((await storage.outbox.list(id)).entries).toMatchObject([{ txid: 'a' }])
  storage.close()
})

describe('transactions that fail', () => {
  const ID = 'http://relay/v1/stream/a'
  const filled = async () => {
    const storage = await fresh()
    await storage.log.open(ID, ID)
    await storage.log.append(ID, arrival('-1', '1', ['a']))
    return storage
  }
  /** Lets every request succeed, then ends the transaction: nothing tells of it but the abort event. */
  const endingAtCommit = (times: number, end: (tx: IDBTransaction) => unknown, table = 'segments') => {
    const { put } = IDBObjectStore.prototype
    let left = times
    return vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (
      this: IDBObjectStore,
      ...args
    ) {
      const request = put.apply(this, args)
      if (this.name === table && left-- > 0) request.addEventListener('success', () => end(this.transaction))
      return request
    })
  }
  /** By the host, which may do so after `commit()` too. */
  const abort = (name: string | null) => (tx: IDBTransaction) =>
    (tx as IDBTransaction & { _abort(name: string | null): void })._abort(name)
  const full = abort('QuotaExceededError')
  const killed = abort(null)

  test('a quota that is exceeded at commit is `quota`, and nothing has happened', async () => {
    const storage = await filled()
    const spy = endingAtCommit(9, full)
    await expect(storage.log.append(ID, arrival('1', '2', ['b']))).rejects.toMatchObject({ code: 'quota' })
    spy.mockRestore()
    const { record, segments } = await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)
    expect([record.head, segments.length]).toEqual(['1', 1])
    storage.close()
  })

  test.each(['segments', 'streams'])(
    'an arrival with an echo that is aborted at the write to `%s` leaves nothing, and comes once (G1, invariant 2)',
    async (table) => {
      const storage = await filled()
      await storage.outbox.add(ID, [{ txid: 't', items: ['1'] }], () => 'p')
      const held = async () => ({
        log: await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9),
        outbox: await storage.outbox.list(ID),
      })
      const before = await held()
      const next = arrival('1', '2', ['b'], { echoes: ['t'] })
      const spy = endingAtCommit(9, full, table)
      await expect(storage.log.append(ID, next)).rejects.toMatchObject({ code: 'quota' })
      expect(await held()).toEqual(before)
      spy.mockRestore()
      expect((await storage.log.append(ID, next)).outcome).toBe('stored')
      expect((await storage.log.append(ID, next)).outcome).toBe('already')
      const { log, outbox } = await held()
      expect([log.record.head, log.segments.length, outbox.entries]).toEqual(['2', 2, []])
      storage.close()
    },
  )

  test('the log goes on in memory then, and comes ashore', async () => {
    const storage = roomy(await filled(), () => true)
    const spy = endingAtCommit(2, full)
    await storage.log.append(ID, arrival('1', '2', ['b']))
    expect(storage.kind).toBe('memory')
    spy.mockRestore()
    await storage.log.append(ID, arrival('2', '3', ['c']))
    expect(storage.kind).toBe('indexeddb')
    expect((await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)).segments).toHaveLength(3)
    storage.close()
  })

  test('a connection that is killed in the middle is opened again, once', async () => {
    const storage = await filled()
    const once = endingAtCommit(1, killed)
    expect((await storage.log.append(ID, arrival('1', '2', ['b']))).outcome).toBe('stored')
    once.mockRestore()
    const always = endingAtCommit(9, killed)
    await expect(storage.log.append(ID, arrival('2', '3', ['c']))).rejects.toMatchObject({ code: 'storage' })
    always.mockRestore()
    expect((await storage.log.append(ID, arrival('2', '3', ['c']))).outcome).toBe('stored')
    storage.close()
  })

  test('of a checkpoint whose transaction fails, nothing is there', async () => {
    const storage = await filled()
    const before = await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)
    const segments = before.segments.map((segment) => sealed({ ...segment, places: Uint32Array.of(0) }))
    const change = { from: 0, until: 1, segments, freed: 0, marks: { folded: 1 } }
    const spy = endingAtCommit(9, full)
    await expect(storage.log.rewrite(ID, { ...before.record, ...change })).rejects.toMatchObject({
      code: 'quota',
    })
    spy.mockRestore()
    expect(await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)).toEqual(before)
    storage.close()
  })

  test('a transaction commits without hearing of its writes: a tab that is frozen hears nothing, and holds up all others (T11)', async () => {
    const storage = await filled()
    const order: string[] = []
    const { commit } = IDBTransaction.prototype
    const spy = vi.spyOn(IDBTransaction.prototype, 'commit').mockImplementation(function (
      this: IDBTransaction,
    ) {
      order.push('commit')
      commit.call(this)
    })
    const heard = endingAtCommit(9, () => order.push('heard'))
    try {
      await storage.log.append(ID, arrival('1', '2', ['b']))
    } finally {
      spy.mockRestore()
      heard.mockRestore()
    }
    expect(order).toEqual(['commit', 'heard'])
    storage.close()
  })

  test('a removal that a frozen tab holds up does not keep anybody waiting, and is over when it lets go', async () => {
    const name = `test-${databases++}`
    const holder = await openStorage('indexeddb', name, now)
    const raw = await new Promise<IDBDatabase>((resolve) => {
      const request = indexedDB.open(databaseName(name))
      request.onsuccess = () => resolve(request.result)
    })
    holder.close()
    indexedDB.deleteDatabase(databaseName(name))
    let held: Storage | undefined
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const opening = openStorage(undefined, name, now)
      await vi.advanceTimersByTimeAsync(10_000)
      held = await opening
      expect(held.kind).toBe('memory')
    } finally {
      vi.useRealTimers()
    }
    await held?.log.open(ID, ID)
    await held?.outbox.add(ID, [{ txid: 'a', items: ['1'] }], () => 'producer')
    const healed = new Promise<void>((resolve) => held?.moved?.subscribe(resolve))
    raw.close()
    await healed
    expect(held?.kind).toBe('indexeddb')
    held?.close()
    const next = await openStorage('indexeddb', name, now)
    expect((await next.outbox.list(ID)).entries).toMatchObject([{ txid: 'a' }])
    next.close()
  })
})

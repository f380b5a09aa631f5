import 'fake-indexeddb/auto'
import { type IDBPDatabase, openDB } from 'idb'
import { afterEach, expect, test, vi } from 'vitest'
import type { Locks } from './leader.ts'
import { type Segment, sealed } from './log/segment.ts'
import { CLAIM_LIMITS } from './outbox/outbox.ts'
import { openStorage, type Storage } from './storage.ts'
import { databaseName } from './store/database.ts'

const ID = 'http://relay/v1/stream/a'
const now = () => 1_700_000_000_000
let databases = 0
const name = () => `carry-${databases++}`

const storages: Storage[] = []
const open = async (database: string, locks?: Locks) => {
  const storage = await openStorage('indexeddb', database, now, locks)
  storages.push(storage)
  return storage
}
afterEach(() => {
  vi.restoreAllMocks()
  for (const storage of storages.splice(0)) storage.close()
})

const entry = (n: number, state: object = { state: 'saved' }) => ({
  stream: ID,
  n,
  txid: `t${n}`,
  items: [`{"n":${n}}`],
  attempts: 0,
  status: state,
})

/** The stores of the first two formats. */
function stores(name: string): Promise<IDBPDatabase> {
  return openDB(name, 1, {
    upgrade(created) {
      created.createObjectStore('streams', { keyPath: 'id' })
      created.createObjectStore('segments', { keyPath: ['stream', 'n'] })
      const outbox = created.createObjectStore('outbox', { keyPath: ['stream', 'n'] })
      outbox.createIndex('txid', ['stream', 'txid'], { unique: true })
      created.createObjectStore('claims', { keyPath: 'stream' })
    },
  })
}

/** A database as the first format has it: without checksums, checkpoints and revisions. */
async function older(database: string): Promise<IDBPDatabase> {
  const db = await stores(`${database}-1`)
  const flags = { closed: false, caughtUp: true, synced: true, lastUsed: 1, nextEntry: 7, bytes: 18, life: 3 }
  await db.put('streams', { id: ID, url: ID, incarnation: 'x', head: '3', count: 3, ...flags })
  const bytes = (items: unknown[]) => new TextEncoder().encode(JSON.stringify(items))
  await db.put('segments', { stream: ID, n: 0, from: '-1', to: '2', count: 2, bytes: bytes(['a', 'b']) })
  await db.put('segments', { stream: ID, n: 2, from: '2', to: '3', count: 1, bytes: bytes(['c']) })
  return db
}

/** As the second format made it. */
function sumOf({ bytes, places, memo }: Segment): number {
  const ofPart = (part: Uint8Array) => {
    const whole = part.length - (part.length % 4)
    const view = new DataView(part.buffer, part.byteOffset, part.byteLength)
    const words = Array.from({ length: whole / 4 }, (_, n) => view.getInt32(n * 4, true))
    return [...words, ...part.subarray(whole)].reduce((sum, word) => {
      const mixed = Math.imul(sum ^ word, 0x9e3779b1)
      return (mixed << 13) | (mixed >>> 19)
    }, part.length)
  }
  const parts = [bytes, places && new Uint8Array(places.buffer), memo]
  return parts.reduce<number>((sum, part) => (part ? (sum ^ ofPart(part)) >>> 0 : sum), 0)
}

/** One as the second format has it, with a checkpoint. */
async function folded(database: string): Promise<readonly Segment[]> {
  const db = await stores(`${database}-2`)
  const bytes = (items: unknown[]) => new TextEncoder().encode(JSON.stringify(items))
  const segments = [
    sealed({ n: 0, from: '-1', to: '09', count: 1, bytes: bytes(['a']), places: Uint32Array.of(3) }),
    sealed({
      n: 1,
      from: '-1',
      to: '09',
      count: 8,
      bytes: bytes(['b', 'c']),
      places: Uint32Array.of(4, 7),
      memo: Uint8Array.of(1, 2),
    }),
    sealed({ n: 9, from: '09', to: '11', count: 2, bytes: bytes(['d', 'e']) }),
  ]
  const counts = { head: '11', count: 11, folded: 9, joined: 11, foldAt: 0, revision: 4, life: 2, bytes: 20 }
  await db.put('streams', {
    ...{ id: ID, url: ID, incarnation: 'x', born: 1, closed: false, caughtUp: true, synced: true },
    ...{ ...counts, lastUsed: 1, nextEntry: 0, outbox: 0 },
  })
  for (const segment of segments) await db.put('segments', { ...segment, stream: ID, sum: sumOf(segment) })
  db.close()
  return segments
}

const holding = async (database: string, ...entries: object[]) => {
  const db = await older(database)
  for (const each of entries) await db.put('outbox', each)
  return db
}

const exists = async (wanted: string) =>
  (await indexedDB.databases()).some((database) => database.name === wanted)

const txidsOf = async (storage: Storage) =>
  (await storage.outbox.list(ID)).entries.map(({ n, txid, status }) => [n, txid, status.state])

test('log, entries and the frozen claim come along, and the older database goes', async () => {
  const database = name()
  const db = await holding(
    database,
    entry(4),
    entry(5),
    entry(6, { state: 'rejected', error: { code: 'refused' } }),
  )
  const tag = { id: 'producer', epoch: 2, seq: 9 }
  const claim = { tag, entries: [4, 5], body: '[{"n":4},{"n":5}]', incarnation: 'x' }
  await db.put('claims', { stream: ID, id: 'producer', epoch: 2, seq: 9, claim })
  db.close()
  const storage = await open(database)
  expect(await txidsOf(storage)).toEqual([
    [0, 't4', 'saved'],
    [1, 't5', 'saved'],
    [2, 't6', 'rejected'],
  ])
  const frozen = await storage.outbox.freeze(ID, CLAIM_LIMITS, () => 'another')
  expect(frozen).toEqual({ claim: { ...claim, entries: [0, 1] }, fresh: false })
  const { record, segments, damage } = await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)
  expect(record).toMatchObject({ head: '3', count: 3, incarnation: 'x', caughtUp: true, synced: true })
  expect(segments.map(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)))).toEqual([
    ['a', 'b'],
    ['c'],
  ])
  expect(damage).toBe(null)
  expect(await exists(`${database}-1`)).toBe(false)
})

test('a log with a checkpoint comes along as it is, and goes on from there', async () => {
  const database = name()
  const segments = await folded(database)
  const storage = await open(database)
  const found = await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)
  expect(found.record).toMatchObject({ head: '11', count: 11, folded: 9, incarnation: 'x', caughtUp: true })
  expect(found.segments).toMatchObject(segments)
  expect(found.damage).toBe(null)
  const more = { from: '11', to: '12', count: 1, bytes: new TextEncoder().encode('["f"]'), echoes: [] }
  const arrived = await storage.log.append(ID, { ...more, incarnation: 'x', upToDate: true, closed: false })
  expect(arrived).toMatchObject({ outcome: 'stored', record: { count: 12, head: '12', folded: 9 } })
  expect(await exists(`${database}-2`)).toBe(false)
})

test('a letter that was damaged before does not come along: what follows it is read from the relay', async () => {
  const database = name()
  await folded(database)
  const db = await openDB(`${database}-2`)
  const broken = async (n: number) => {
    const segment = (await db.get('segments', [ID, n])) as Segment
    const bytes = segment.bytes.map((byte, at) => (at === 2 ? byte ^ 1 : byte))
    await db.put('segments', { ...segment, bytes })
  }
  await broken(9)
  db.close()
  const storage = await open(database)
  const { record } = await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)
  expect(record).toMatchObject({ count: 9, folded: 9, head: '09', caughtUp: false })

  const other = name()
  await folded(other)
  const second = await openDB(`${other}-2`)
  const segment = (await second.get('segments', [ID, 1])) as Segment
  await second.put('segments', { ...segment, bytes: segment.bytes.map((byte) => byte ^ 1) })
  second.close()
  const empty = await open(other)
  expect((await empty.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)).record).toMatchObject({
    count: 0,
    head: '-1',
  })
})

test('a checkpoint that reaches elsewhere than its record says is not taken', async () => {
  const database = name()
  await folded(database)
  const db = await openDB(`${database}-2`)
  await db.put('streams', { ...(await db.get('streams', ID)), folded: 5 })
  db.close()
  const storage = await open(database)
  expect((await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 9)).record).toMatchObject({
    count: 0,
  })
})

test('two older formats side by side: what waits in each comes along, and what one had of the other does so once', async () => {
  const database = name()
  const oldest = await holding(database, entry(3), entry(4))
  oldest.close()
  await folded(database)
  const db = await openDB(`${database}-2`)
  // Entries of the first format before 4 are among those of the second, or were sent by it.
  await db.put('streams', { ...(await db.get('streams', ID)), carried: 4 })
  await db.put('outbox', { ...entry(7), txid: 'of the second' })
  db.close()
  const storage = await open(database)
  expect(await txidsOf(storage)).toEqual([
    [0, 'of the second', 'saved'],
    [1, 't4', 'saved'],
  ])
  expect(await exists(`${database}-1`)).toBe(false)
  expect(await exists(`${database}-2`)).toBe(false)
})

test('what a tab of the older build saves meanwhile is carried too, or stays where it is', async () => {
  const database = name()
  const old = await holding(database, entry(4))
  let saved = 0
  const locks = {
    request: async (_: string, __: LockOptions, work: (lock: Lock | null) => Promise<unknown>) => {
      // Between the first look and the lock, and after all was carried.
      if (saved++ === 0) await old.put('outbox', entry(5))
      const done = await work({ name: 'lock' } as Lock)
      await old.put('outbox', entry(6))
      return done
    },
  } as unknown as Locks
  const first = await open(database, locks)
  expect(await txidsOf(first)).toEqual([
    [0, 't4', 'saved'],
    [1, 't5', 'saved'],
  ])
  expect(await exists(`${database}-1`)).toBe(true)
  first.close()
  old.close()
  const second = await open(database)
  await vi.waitFor(async () => expect(await exists(`${database}-1`)).toBe(false), {
    timeout: 20_000,
    interval: 1,
  })
  expect((await txidsOf(second)).map(([, txid]) => txid)).toEqual(['t4', 't5', 't6'])
})

test('what breaks after the entries are here, and before they are gone from there, carries none twice', async () => {
  const database = name()
  ;(await holding(database, entry(4), entry(5))).close()
  const broken = vi.spyOn(IDBObjectStore.prototype, 'delete').mockImplementation(() => {
    throw new DOMException('killed', 'UnknownError')
  })
  const first = await open(database)
  expect(broken).toHaveBeenCalled()
  broken.mockRestore()
  const sent = [
    [0, 't4', 'saved'],
    [1, 't5', 'saved'],
  ]
  expect(await txidsOf(first)).toEqual(sent)
  await first.log.append(ID, {
    ...{ from: '3', to: '4', count: 1, bytes: new TextEncoder().encode('["t4"]'), echoes: ['t4'] },
    ...{ incarnation: 'x', upToDate: true, closed: false },
  })
  first.close()
  const second = await open(database)
  await vi.waitFor(async () => expect(await exists(`${database}-1`)).toBe(false), {
    timeout: 20_000,
    interval: 1,
  })
  expect(await txidsOf(second)).toEqual(sent.slice(1))
})

test('a stream that an older tab has open stays with it, and is looked at again with the next start', async () => {
  const database = name()
  const old = await holding(database, entry(4))
  const asked: string[] = []
  let led = true
  const locks = {
    request: async (lock: string, _: LockOptions, work: (lock: Lock | null) => Promise<unknown>) => {
      asked.push(lock)
      return work(led ? null : ({ name: lock } as Lock))
    },
  } as unknown as Locks
  const first = await open(database, locks)
  expect(asked).toEqual([`strandline:${database}-1:${ID}`])
  expect(await first.log.all()).toEqual([])
  await first.log.open(ID, ID)
  await first.outbox.add(ID, [{ txid: 'mine', items: ['1'] }], () => 'producer')
  await old.put('outbox', entry(5))
  first.close()

  led = false
  old.close()
  const second = await open(database, locks)
  await vi.waitFor(async () => expect(await exists(`${database}-1`)).toBe(false), {
    timeout: 20_000,
    interval: 1,
  })
  expect(await txidsOf(second)).toEqual([
    [0, 'mine', 'saved'],
    [1, 't4', 'saved'],
    [2, 't5', 'saved'],
  ])
})

test('looking for an older database makes none, also where the host cannot list them', async () => {
  const database = name()
  const { databases: list } = indexedDB
  Object.assign(indexedDB, { databases: undefined })
  try {
    await open(database)
  } finally {
    Object.assign(indexedDB, { databases: list })
  }
  expect(await exists(`${database}-1`)).toBe(false)
  expect(await exists(databaseName(database))).toBe(true)
})

import { expect, test } from 'vitest'
import { arrival } from '../log/suite.ts'
import { storageOver } from '../storage.ts'
import { memoryDatabase, memoryStore } from '../store/memory.ts'
import { batchesOf } from './cut.ts'
import { checkpoint, join } from './tidy.ts'
import { TIDY_LIMITS } from './tidy-limits.ts'

const ID = 'http://relay.test/v1/stream/room'
const limits = TIDY_LIMITS
const effects = { now: () => 0, breathe: async () => undefined }
const { signal } = new AbortController()

const item = (n: number, value: unknown = { id: `m${n}`, text: `said ${n}` }) => ({
  type: 'message',
  key: `m${n}`,
  value,
  headers: { operation: 'insert' },
})

const offset = (n: number) => String(n).padStart(4, '0')

/** A log into which `count` items came one by one. */
async function logOf(count: number, textOf?: (n: number) => string) {
  const db = memoryDatabase()
  const { log } = storageOver(memoryStore(db), () => 0)
  await log.open(ID, ID)
  for (let n = 0; n < count; n++) {
    const from = n === 0 ? '-1' : offset(n)
    const one = arrival(from, offset(n + 1), [item(n)], { upToDate: true })
    const bytes = textOf ? new TextEncoder().encode(textOf(n)) : one.bytes
    await log.append(ID, { ...one, bytes })
  }
  return { db, log, record: await log.open(ID, ID) }
}

type Log = Awaited<ReturnType<typeof logOf>>['log']

const segmentsIn = async (log: Log) => {
  const { record, segments, damage } = await log.read(ID, { life: 0, count: 0, revision: 0 }, 99)
  return { record, segments, damage }
}

const keysFrom = async (log: Log, from: number, until = Number.POSITIVE_INFINITY) => {
  const { record } = await segmentsIn(log)
  const { life, revision } = record
  const { segments } = await log.read(ID, { life, revision, count: from }, 99)
  return segments.flatMap((segment) =>
    [...batchesOf(segment, { from, until, source: 'local' })].flatMap(({ items }) =>
      items.map((each) => (each as { key: string }).key),
    ),
  )
}

const keys = (from: number, until: number) => Array.from({ length: until - from }, (_, n) => `m${n + from}`)

test('small segments become one, which is read from any place in it', async () => {
  const { log, record } = await logOf(40)
  await join({ log, record, effects, limits, signal })
  const { segments, record: after } = await segmentsIn(log)
  expect(segments).toMatchObject([{ n: 0, from: '-1', to: offset(40), count: 40, packed: true }])
  expect(after).toMatchObject({
    joined: 40,
    count: 40,
    head: offset(40),
    bytes: segments[0]?.bytes.byteLength,
  })
  for (const from of [0, 1, 17, 39]) expect(await keysFrom(log, from)).toEqual(keys(from, 40))
  expect(await keysFrom(log, 5, 9)).toEqual(keys(5, 9))
})

test('what cannot be packed is joined as it came', async () => {
  const { log, record } = await logOf(
    30,
    (n) => ` [${JSON.stringify(item(n)).replace('"said 7"', '[-0.0,1e999]')}]\n`,
  )
  await join({ log, record, effects, limits, signal })
  const { segments } = await segmentsIn(log)
  expect(segments).toMatchObject([{ n: 0, count: 30, to: offset(30) }])
  expect(segments[0]?.packed).toBeUndefined()
  expect(await keysFrom(log, 0)).toEqual(keys(0, 30))
  const [batch] = [...batchesOf(segments[0] as never, { from: 7, until: 8, source: 'local' })]
  expect(batch?.items).toEqual([item(7, { id: 'm7', text: [-0, Number.POSITIVE_INFINITY] })])
})

test('of two who tidy one log, one does, and the other changes nothing', async () => {
  const { log, record } = await logOf(40)
  await Promise.all([1, 2].map(() => join({ log, record, effects, limits, signal })))
  const { segments, damage } = await segmentsIn(log)
  expect(segments).toHaveLength(1)
  expect(damage).toBe(null)
  expect(await keysFrom(log, 0)).toEqual(keys(0, 40))
})

test('a byte of what is packed that is another is damage, from the offset before it to the one behind', async () => {
  const { db, log, record } = await logOf(40)
  await join({ log, record, effects, limits, signal })
  const stream = db.streams.get(ID)
  const [packed] = stream?.segments ?? []
  if (!stream || !packed) throw new Error('the log is one segment')
  const bytes = packed.bytes.map((byte, at) => (at === packed.bytes.length >> 1 ? byte ^ 1 : byte))
  db.streams.set(ID, { ...stream, segments: [{ ...packed, bytes }] })
  const { segments, damage } = await segmentsIn(log)
  expect(segments).toEqual([])
  expect(damage).toEqual({ n: 0, count: 40, from: '-1', to: offset(40) })
})

test('who leaves does not wait for all of it (invariant 13)', async () => {
  const { log, record } = await logOf(60)
  const life = new AbortController()
  let reads = 0
  const leaving: typeof log = {
    ...log,
    read: async (...asked) => {
      if (++reads === 2) life.abort()
      return log.read(...asked)
    },
  }
  const parts = { log: leaving, record, effects, limits: { ...limits, tail: 1 }, signal: life.signal }
  await expect(join(parts)).rejects.toThrow()
  expect(reads).toBe(2)
  expect((await segmentsIn(log)).segments).toHaveLength(60)
  const folding = { add: () => undefined, end: () => ({ items: [], places: [] }) }
  await expect(checkpoint(parts, folding)).rejects.toThrow()
  expect(await keysFrom(log, 0)).toEqual(keys(0, 60))
})

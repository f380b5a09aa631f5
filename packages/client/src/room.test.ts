import { beforeEach, describe, expect, test } from 'vitest'
import type { Position } from './log/log.ts'
import { arrival } from './log/suite.ts'
import { type RoomyStorage, roomy } from './room.ts'
import type { Storage } from './storage.ts'
import { fullable } from './testing/full-disk.ts'

const START = { life: 0, count: 0, revision: 0 }
const id = (name: string) => `http://relay/v1/stream/${name}`

const itemsOf = async (storage: Storage, name: string) => {
  const { record, segments } = await storage.log.read(id(name), START, 100)
  const items = segments.flatMap(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as unknown[])
  expect(items).toHaveLength(record.count)
  return items
}

describe('a disk that is full', () => {
  let disk: Storage
  let state: { full: boolean }
  let storage: RoomyStorage
  beforeEach(async () => {
    const made = fullable()
    disk = made.disk
    state = made.state
    storage = roomy(disk, () => true)
    await storage.log.open(id('a'), id('a'))
    await storage.log.append(id('a'), arrival('-1', '1', ['one'], { upToDate: true }))
  })

  test('the log goes on in memory, says so, and comes ashore with the first arrival that finds room', async () => {
    state.full = true
    const result = await storage.log.append(id('a'), arrival('1', '2', ['two']))
    expect(result).toMatchObject({ outcome: 'stored', record: { head: '2', count: 2 } })
    await storage.log.append(id('a'), arrival('2', '3', ['three']))
    expect(storage.kind).toBe('memory')
    expect(await itemsOf(storage, 'a')).toEqual(['one', 'two', 'three'])
    expect(await itemsOf(disk, 'a')).toEqual(['one'])
    state.full = false
    await storage.log.append(id('a'), arrival('3', '4', ['four']))
    expect(storage.kind).toBe('indexeddb')
    expect(await itemsOf(disk, 'a')).toEqual(['one', 'two', 'three', 'four'])
  })

  test('the compare-and-set is the same in memory: already, gap, stranger', async () => {
    state.full = true
    await storage.log.append(id('a'), arrival('1', '2', ['two'], { incarnation: 'x' }))
    const outcome = async (from: string, to: string, incarnation: string) =>
      (await storage.log.append(id('a'), arrival(from, to, ['?'], { incarnation }))).outcome
    expect(await outcome('1', '2', 'x')).toBe('already')
    expect(await outcome('3', '4', 'x')).toBe('gap')
    expect(await outcome('2', '3', 'y')).toBe('stranger')
    expect(await itemsOf(storage, 'a')).toEqual(['one', 'two'])
  })

  test('an entry whose echo came is done, also where there was no room for the echo', async () => {
    await storage.outbox.add(id('a'), [{ txid: 't', items: ['1'] }], () => 'producer')
    state.full = true
    const result = await storage.log.append(id('a'), arrival('1', '2', ['t'], { echoes: ['t'] }))
    expect(result).toMatchObject({ outcome: 'stored', settled: ['t'] })
    expect((await disk.outbox.list(id('a'))).entries).toEqual([])
  })

  test('a write that there is no room for is not called saved', async () => {
    state.full = true
    const write = { txid: 't', items: ['1'] }
    await expect(storage.outbox.add(id('a'), [write], () => 'producer')).rejects.toMatchObject({
      code: 'quota',
    })
    expect((await storage.outbox.list(id('a'))).entries).toEqual([])
  })

  test('what another tab stored meanwhile counts, and what was in memory of another life does not', async () => {
    state.full = true
    await storage.log.append(id('a'), arrival('1', '2', ['two']))
    state.full = false
    await disk.log.append(id('a'), arrival('1', '2', ['two']))
    expect(await itemsOf(storage, 'a')).toEqual(['one', 'two'])
    state.full = true
    await storage.log.append(id('a'), arrival('2', '3', ['three']))
    state.full = false
    await disk.log.drop(id('a'), 0)
    expect((await storage.log.read(id('a'), START, 9)).record).toMatchObject({ life: 1, count: 0 })
    expect(storage.kind).toBe('indexeddb')
  })

  /** What a reader who stands at the end of the log in memory is given. */
  const given = async (position: Position) => {
    const { from, segments, record } = await storage.log.read(id('a'), position, 9)
    const items = segments.flatMap(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as unknown[])
    return { from, items, head: record.head }
  }

  test('where the disk went on by another way, what was read in memory is void', async () => {
    state.full = true
    const { record } = await storage.log.append(id('a'), arrival('1', '2', ['two']))
    expect(await given(record)).toEqual({ from: 2, items: [], head: '2' })
    // A relay that was set back in between gave another tab something else.
    state.full = false
    await disk.log.append(id('a'), arrival('1', '3', ['other']))
    expect(await given(record)).toEqual({ from: 0, items: ['one', 'other'], head: '3' })
    // Once: from there on the reader knows the log on disk.
    await disk.log.append(id('a'), arrival('3', '4', ['more']))
    expect(await given(record)).toEqual({ from: 2, items: ['more'], head: '4' })
  })

  test('what came ashore in part goes on from there, on disk and in memory', async () => {
    state.full = true
    await storage.log.append(id('a'), arrival('1', '2', ['two']))
    const { record } = await storage.log.append(id('a'), arrival('2', '3', ['three']))
    state.full = false
    const { append } = disk.log
    disk.log.append = async (...args) => {
      const result = await append(...args)
      state.full = true
      return result
    }
    await storage.log.append(id('a'), arrival('3', '4', ['four']))
    expect(await itemsOf(disk, 'a')).toEqual(['one', 'two'])
    expect(await given(record)).toEqual({ from: 3, items: ['four'], head: '4' })
    expect(await itemsOf(storage, 'a')).toEqual(['one', 'two', 'three', 'four'])
  })

  test('it is found out by an arrival as well, and what is the same on disk goes on', async () => {
    state.full = true
    const { record } = await storage.log.append(id('a'), arrival('1', '2', ['two']))
    state.full = false
    await disk.log.append(id('a'), arrival('1', '3', ['other']))
    expect((await storage.log.append(id('a'), arrival('2', '4', ['?']))).outcome).toBe('gap')
    expect(await given(record)).toEqual({ from: 0, items: ['one', 'other'], head: '3' })

    state.full = true
    const next = await storage.log.append(id('a'), arrival('3', '4', ['more']))
    state.full = false
    await storage.log.append(id('a'), arrival('4', '5', ['last']))
    expect(await given(next.record)).toEqual({ from: 3, items: ['last'], head: '5' })
  })
})

describe('room', () => {
  const filled = async (inUse: readonly string[]) => {
    const made = fullable()
    const storage = roomy(made.disk, (stream) => inUse.map(id).includes(stream))
    for (const name of ['oldest', 'older', 'open']) {
      await storage.log.open(id(name), id(name))
      await storage.log.append(id(name), arrival('-1', '1', ['12345678'], { upToDate: true }))
    }
    return { ...made, storage }
  }
  const counts = async ({ log }: Storage) => (await log.all()).map(({ count }) => count)

  test('the log that was opened longest ago goes first, and only as much as is needed', async () => {
    const { storage, state } = await filled(['open'])
    await storage.outbox.add(id('oldest'), [{ txid: 't', items: ['1'] }], () => 'producer')
    state.full = true
    await storage.log.append(id('open'), arrival('1', '2', ['more']))
    expect(await counts(storage)).toEqual([0, 1, 2])
    expect(storage.kind).toBe('indexeddb')
    expect((await storage.outbox.list(id('oldest'))).entries).toHaveLength(1)
  })

  test('a stream that is open stays, however long ago that was', async () => {
    const { storage, state } = await filled(['oldest', 'open'])
    state.full = true
    await storage.outbox.add(id('open'), [{ txid: 't', items: ['1'] }], () => 'producer')
    expect(await counts(storage)).toEqual([1, 0, 1])
  })

  test('a budget is kept by letting the coldest go', async () => {
    const { storage } = await filled(['open'])
    const bytes = (await storage.log.all())[0]?.bytes ?? Number.NaN
    await storage.trim(3 * bytes)
    expect(await counts(storage)).toEqual([1, 1, 1])
    await storage.trim(2 * bytes)
    expect(await counts(storage)).toEqual([0, 1, 1])
    await storage.trim(0)
    expect(await counts(storage)).toEqual([0, 0, 1])
  })
})

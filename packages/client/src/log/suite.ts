import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Storage } from '../storage.ts'
import type { Arrival, Position } from './log.ts'

const ID = 'http://relay/v1/stream/a'
const START: Position = { life: 0, count: 0 }

export function arrival(
  from: string,
  to: string,
  items: unknown[] = [],
  more: Partial<Arrival> = {},
): Arrival {
  return {
    from,
    to,
    bytes: new TextEncoder().encode(JSON.stringify(items)),
    count: items.length,
    echoes: [],
    incarnation: null,
    upToDate: false,
    closed: false,
    ...more,
  }
}

/** What every adapter of the log port must do. */
export function testLog(name: string, open: () => Promise<Storage>): void {
  describe(`log: ${name}`, () => {
    let storage: Storage

    beforeEach(async () => {
      storage = await open()
      await storage.log.open(ID, ID)
    })
    afterEach(() => storage.close())

    const itemsAfter = async (position: Position, limit = 100) => {
      const { segments } = await storage.log.read(ID, position, limit)
      return segments.map(({ n, bytes }) => [n, JSON.parse(new TextDecoder().decode(bytes))])
    }

    test('a stream that was never opened starts empty', async () => {
      const record = await storage.log.open('http://relay/v1/stream/b', 'http://relay/v1/stream/b')
      expect(record).toMatchObject({ head: '-1', count: 0, life: 0, synced: false, incarnation: null })
    })

    test('opening again finds what is there', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['a'], { upToDate: true }))
      expect(await storage.log.open(ID, ID)).toMatchObject({
        head: '1',
        count: 1,
        caughtUp: true,
        synced: true,
      })
    })

    test('items and head move together (invariant 2)', async () => {
      const result = await storage.log.append(ID, arrival('-1', '2', ['a', 'b']))
      expect(result).toMatchObject({ outcome: 'stored', record: { head: '2', count: 2 } })
      expect(await itemsAfter(START)).toEqual([[0, ['a', 'b']]])
    })

    test('the same arrival twice is stored once (invariant 2)', async () => {
      await storage.log.append(ID, arrival('-1', '2', ['a', 'b']))
      expect((await storage.log.append(ID, arrival('-1', '2', ['a', 'b']))).outcome).toBe('already')
      expect(await itemsAfter(START)).toEqual([[0, ['a', 'b']]])
    })

    test('an arrival that the log is past is `already`', async () => {
      await storage.log.append(ID, arrival('-1', '3', ['a', 'b', 'c']))
      expect((await storage.log.append(ID, arrival('1', '2', ['b']))).outcome).toBe('already')
    })

    test('an arrival that begins elsewhere is a gap and changes nothing', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['a']))
      expect(await storage.log.append(ID, arrival('2', '3', ['c']))).toMatchObject({
        outcome: 'gap',
        record: { head: '1', count: 1 },
      })
      expect(await itemsAfter(START)).toEqual([[0, ['a']]])
    })

    test('of two racing leaders one stores, the other sees it (invariant 8)', async () => {
      const racing = [1, 2].map(() => storage.log.append(ID, arrival('-1', '1', ['a'])))
      const outcomes = (await Promise.all(racing)).map((result) => result.outcome)
      expect(outcomes.sort()).toEqual(['already', 'stored'])
      expect(await itemsAfter(START)).toEqual([[0, ['a']]])
    })

    test('a head that moves without items leaves no segment', async () => {
      await storage.log.append(ID, arrival('-1', '0', [], { upToDate: true }))
      const { record, segments } = await storage.log.read(ID, START, 100)
      expect(record).toMatchObject({ head: '0', count: 0, caughtUp: true })
      expect(segments).toEqual([])
    })

    test('up to date and closed are noted where the head stays', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['a']))
      expect((await storage.log.append(ID, arrival('1', '1', [], { upToDate: true }))).outcome).toBe('stored')
      expect((await storage.log.append(ID, arrival('1', '1', [], { upToDate: true }))).outcome).toBe(
        'already',
      )
      const closing = await storage.log.append(ID, arrival('1', '1', [], { upToDate: true, closed: true }))
      expect(closing).toMatchObject({ outcome: 'stored', record: { closed: true, caughtUp: true } })
    })

    test('another incarnation is a stranger and changes nothing (invariant 10)', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['a'], { incarnation: 'x' }))
      const result = await storage.log.append(ID, arrival('1', '2', ['b'], { incarnation: 'y' }))
      expect(result).toMatchObject({ outcome: 'stranger', record: { incarnation: 'x', head: '1' } })
    })

    test('reading goes on from a position, in slices', async () => {
      for (let n = 0; n < 5; n++) await storage.log.append(ID, arrival(n ? `${n}` : '-1', `${n + 1}`, [n]))
      expect(await itemsAfter({ life: 0, count: 2 }, 2)).toEqual([
        [2, [2]],
        [3, [3]],
      ])
      expect(await itemsAfter({ life: 0, count: 5 })).toEqual([])
    })

    test('a position inside a segment gets that segment first', async () => {
      await storage.log.append(ID, arrival('-1', '3', ['a', 'b', 'c']))
      await storage.log.append(ID, arrival('3', '4', ['d']))
      expect(await itemsAfter({ life: 0, count: 2 })).toEqual([
        [0, ['a', 'b', 'c']],
        [3, ['d']],
      ])
    })

    test('dropping begins a new life; positions of the old one read from its start', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['a'], { incarnation: 'x', upToDate: true }))
      const dropped = await storage.log.drop(ID, 0)
      expect(dropped).toMatchObject({
        life: 1,
        head: '-1',
        count: 0,
        incarnation: null,
        caughtUp: false,
        synced: true,
      })
      await storage.log.append(ID, arrival('-1', '1', ['z'], { incarnation: 'y' }))
      expect(await itemsAfter({ life: 0, count: 1 })).toEqual([[0, ['z']]])
    })

    test('dropping a life that is over already does nothing', async () => {
      await storage.log.drop(ID, 0)
      await storage.log.append(ID, arrival('-1', '1', ['z']))
      expect(await storage.log.drop(ID, 0)).toMatchObject({ life: 1, count: 1 })
    })

    test('streams do not see each other', async () => {
      const other = 'http://relay/v1/stream/b'
      await storage.log.open(other, other)
      await storage.log.append(ID, arrival('-1', '1', ['a']))
      expect((await storage.log.read(other, START, 10)).segments).toEqual([])
      expect((await storage.log.all()).map(({ id }) => id).sort()).toEqual([ID, other])
    })

    test('multi-byte text survives', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['größe 🌊 \u2028']))
      expect(await itemsAfter(START)).toEqual([[0, ['größe 🌊 \u2028']]])
    })
  })
}

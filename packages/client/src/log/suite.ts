import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { CLAIM_LIMITS } from '../outbox/outbox.ts'
import type { Storage } from '../storage.ts'
import type { Arrival, Position, Rewrite } from './log.ts'
import { type Segment, sealed } from './segment.ts'

const ID = 'http://relay/v1/stream/a'
const START: Position = { life: 0, count: 0, revision: 0 }

const at = (count: number, revision = 0): Position => ({ life: 0, count, revision })

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

/** One segment in place of `segments`, which follow each other. */
function inOne(segments: readonly Segment[]): Segment {
  const [{ n, from } = { n: 0, from: '-1' }] = segments
  const items = segments.flatMap(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)))
  const bytes = new TextEncoder().encode(JSON.stringify(items))
  return sealed({ n, from, to: segments.at(-1)?.to ?? from, count: items.length, bytes })
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

    test('items and head move together (invariant 2, G1)', async () => {
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
      expect(await itemsAfter(at(2), 2)).toEqual([
        [2, [2]],
        [3, [3]],
      ])
      expect(await itemsAfter(at(5))).toEqual([])
    })

    test('a position inside a segment gets that segment first', async () => {
      await storage.log.append(ID, arrival('-1', '3', ['a', 'b', 'c']))
      await storage.log.append(ID, arrival('3', '4', ['d']))
      expect(await itemsAfter(at(2))).toEqual([
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
      expect(await itemsAfter(at(1))).toEqual([[0, ['z']]])
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

    const fill = async (items: number) => {
      for (let n = 0; n < items; n++)
        await storage.log.append(ID, arrival(n ? `${n}` : '-1', `${n + 1}`, [n]))
      return (await storage.log.read(ID, START, 100)).segments
    }
    const rewrite = async (change: Pick<Rewrite, 'from' | 'until' | 'segments'> & Partial<Rewrite>) => {
      const { life, revision } = await storage.log.open(ID, ID)
      return storage.log.rewrite(ID, { life, revision, freed: 0, marks: {}, ...change })
    }

    test('segments give way to others for the same ordinals; those around them stay', async () => {
      const [, b, c, d] = await fill(5)
      if (!b || !c || !d) throw new Error('five segments were stored')
      const one = inOne([b, c, d])
      const freed = 3 * b.bytes.byteLength
      const result = await rewrite({ from: 1, until: 4, segments: [one], freed, marks: { joined: 4 } })
      expect(result).toMatchObject({ done: true, record: { count: 5, head: '5', joined: 4, revision: 1 } })
      expect(result.record.bytes).toBe(2 * b.bytes.byteLength + one.bytes.byteLength)
      expect(await itemsAfter(START)).toEqual([
        [0, [0]],
        [1, [1, 2, 3]],
        [4, [4]],
      ])
      expect(await itemsAfter(at(2))).toEqual([
        [1, [1, 2, 3]],
        [4, [4]],
      ])
    })

    test('of two rewrites of one revision, one is done and the other changes nothing', async () => {
      const [a, b] = await fill(2)
      if (!a || !b) throw new Error('two segments were stored')
      const change = {
        life: 0,
        revision: 0,
        freed: 0,
        marks: {},
        from: 0,
        until: 2,
        segments: [inOne([a, b])],
      }
      const done = await Promise.all([storage.log.rewrite(ID, change), storage.log.rewrite(ID, change)])
      expect(done.map((result) => result.done).sort()).toEqual([false, true])
      expect((await rewrite({ ...change, revision: 1, life: 1 })).done).toBe(false)
      expect(await itemsAfter(START)).toEqual([[0, [0, 1]]])
    })

    test('what was appended since is not touched by a rewrite; marks alone move nothing', async () => {
      await fill(2)
      const { record } = await storage.log.read(ID, START, 1)
      await storage.log.append(ID, arrival('2', '3', ['new']))
      await storage.log.rewrite(ID, {
        ...record,
        from: 0,
        until: 0,
        segments: [],
        freed: 0,
        marks: { foldAt: 9 },
      })
      expect(await storage.log.open(ID, ID)).toMatchObject({ count: 3, foldAt: 9, head: '3' })
      expect((await itemsAfter(START)).length).toBe(3)
    })

    test('positions inside a checkpoint are void after it; those at its end and beyond are not', async () => {
      await fill(4)
      const places = Uint32Array.of(2)
      const bytes = new TextEncoder().encode('["two"]')
      const checkpoint = sealed({ n: 0, from: '-1', to: '3', count: 3, bytes, places })
      await rewrite({ from: 0, until: 3, segments: [checkpoint], marks: { folded: 3 } })
      const from = async (position: Position) => (await storage.log.read(ID, position, 9)).from
      expect(await from(at(2))).toBe(0)
      expect(await from(at(2, 1))).toBe(2)
      expect(await from(at(3))).toBe(3)
      expect(await from(at(9))).toBe(0)
      const { segments } = await storage.log.read(ID, at(2), 9)
      expect(segments.map(({ n, places: left }) => [n, left])).toEqual([
        [0, places],
        [3, undefined],
      ])
    })

    test('damaged bytes end a read in front of them, and say from where to where', async () => {
      const [, b] = await fill(3)
      if (!b) throw new Error('three segments were stored')
      const bytes = b.bytes.map((byte) => byte ^ 1)
      await rewrite({ from: 1, until: 2, segments: [{ ...b, bytes }] })
      const { segments, damage } = await storage.log.read(ID, START, 9)
      expect(segments.map(({ n }) => n)).toEqual([0])
      expect(damage).toEqual({ n: 1, count: 1, from: '1', to: '2' })
      expect((await storage.log.read(ID, at(2), 9)).damage).toBe(null)
    })

    test.each([
      ['at the start', 0, { n: 0, count: 1, from: '-1', to: '1' }],
      ['in the middle', 1, { n: 1, count: 1, from: '1', to: '2' }],
      ['at the end', 2, { n: 2, count: 1, from: '2', to: '3' }],
    ])('a segment that is missing %s is damage', async (_, n, damage) => {
      await fill(3)
      await rewrite({ from: n, until: n + 1, segments: [] })
      expect((await storage.log.read(ID, START, 9)).damage).toEqual(damage)
      expect((await storage.log.read(ID, at(n), 9)).damage).toEqual(damage)
      if (n > 0) expect((await storage.log.read(ID, START, n)).damage).toBe(null)
    })

    test('an evicted log is empty, its claim stays, and the stream is known to have been there', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['a'], { upToDate: true, incarnation: 'x' }))
      await storage.outbox.add(ID, [{ txid: 't', items: ['1'] }], () => 'producer')
      await storage.outbox.freeze(ID, CLAIM_LIMITS, () => 'producer')
      const before = await storage.outbox.list(ID)
      const record = await storage.log.evict(ID, 0)
      expect(record).toMatchObject({
        life: 1,
        count: 0,
        bytes: 0,
        head: '-1',
        synced: true,
        caughtUp: false,
        incarnation: 'x',
      })
      expect(await storage.outbox.list(ID)).toEqual(before)
      expect(await itemsAfter(START)).toEqual([])
      expect(await storage.log.evict(ID, 0)).toMatchObject({ life: 1 })
    })

    test('multi-byte text survives', async () => {
      await storage.log.append(ID, arrival('-1', '1', ['größe 🌊 \u2028']))
      expect(await itemsAfter(START)).toEqual([[0, ['größe 🌊 \u2028']]])
    })
  })
}

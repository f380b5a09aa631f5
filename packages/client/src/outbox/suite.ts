import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { SyncError } from '../errors.ts'
import { arrival } from '../log/suite.ts'
import type { Storage } from '../storage.ts'
import { CLAIM_LIMITS, type Claim, type Entry } from './outbox.ts'

const ID = 'http://relay/v1/stream/a'

/** What every adapter of the outbox port must do; the rules in parentheses are those of docs/write-protocol.md. */
export function testOutbox(name: string, open: () => Promise<Storage>): void {
  describe(`outbox: ${name}`, () => {
    let storage: Storage
    let head: string

    beforeEach(async () => {
      storage = await open()
      await storage.log.open(ID, ID)
      head = '-1'
    })
    afterEach(() => storage.close())

    const write = (txid: string, items = [`{"of":"${txid}"}`]) => ({ txid, items })
    const add = async (...txids: string[]) =>
      storage.outbox.add(
        ID,
        txids.map((txid) => write(txid)),
        () => 'producer',
      )
    const arrive = async (echoes: string[], more = {}) => {
      const to = `${Number(head) + 1}`
      const items = echoes.map((txid) => ({ txid }))
      await storage.log.append(ID, arrival(head, to, items, { echoes, upToDate: true, ...more }))
      head = to
    }
    const freeze = (limits = CLAIM_LIMITS) => storage.outbox.freeze(ID, limits, () => 'producer')
    const claimed = async (limits = CLAIM_LIMITS): Promise<Claim> => {
      const frozen = await freeze(limits)
      if (!frozen) throw new Error('nothing was frozen')
      return frozen.claim
    }
    const txids = async () => (await storage.outbox.list(ID)).entries.map((entry) => entry.txid)
    const states = async () => (await storage.outbox.list(ID)).entries.map((entry) => entry.status.state)
    const producer = async () => (await storage.outbox.list(ID)).producer
    const error = { code: 'refused', status: 400, message: 'no' } as const

    test('what another store held is taken over once, in its place, with the claim', async () => {
      await arrive([])
      await add('a', 'b', 'c')
      const frozen = await claimed({ entries: 2, size: 99 })
      const { entries, producer: lost } = await storage.outbox.list(ID)
      for (const txid of ['a', 'b', 'c']) await storage.outbox.echoed(ID, [txid])
      const other = await open()
      await other.log.open(ID, ID)
      await other.outbox.add(ID, [write('b')], () => 'producer')
      for (let times = 0; times < 2; times++) await other.outbox.adopt(ID, entries, lost, 'lost')
      const held = await other.outbox.list(ID)
      expect(held.entries.map(({ n, txid }) => [n, txid])).toEqual([
        [0, 'b'],
        [1, 'a'],
        [2, 'c'],
      ])
      expect(held.producer).toMatchObject({ claim: { ...frozen, entries: [1, 0] } })
      other.close()
    })

    test('copies of a store in which something waits send it in one name (rule 1)', async () => {
      await add('a')
      const { entries, producer: made } = await storage.outbox.list(ID)
      expect(made).toMatchObject({ id: 'producer', epoch: 0, seq: 0, claim: null })
      await arrive([])
      expect((await storage.outbox.freeze(ID, CLAIM_LIMITS, () => 'another'))?.claim.tag.id).toBe('producer')
      const other = await open()
      await other.log.open(ID, ID)
      await other.outbox.add(ID, [write('b')], () => 'in whose name nothing was sent')
      await other.outbox.adopt(ID, entries, made, 'lost')
      expect((await other.outbox.list(ID)).producer).toEqual(made)
      other.close()
    })

    test('what the log of the relay holds is done, whatever the log here holds', async () => {
      await add('a', 'b')
      expect(await storage.outbox.echoed(ID, ['b', 'stranger'])).toEqual(['b'])
      expect(await txids()).toEqual(['a'])
      expect(await storage.outbox.echoed(ID, ['b'])).toEqual([])
    })

    test('entries are kept in the order they were added, by a counter', async () => {
      await add('a', 'b')
      await add('c')
      const { entries } = await storage.outbox.list(ID)
      expect(entries.map(({ n, txid }) => [n, txid])).toEqual([
        [0, 'a'],
        [1, 'b'],
        [2, 'c'],
      ])
      expect(entries[0]).toMatchObject({
        n: 0,
        txid: 'a',
        items: ['{"of":"a"}'],
        attempts: 0,
        status: { state: 'saved' },
      } satisfies Entry)
    })

    test('a counter is not used twice, whatever has left', async () => {
      await add('a')
      await arrive(['a'])
      await add('b')
      expect((await storage.outbox.list(ID)).entries.map(({ n }) => n)).toEqual([1])
    })

    test('what is known of the outbox is looked at where it is of now, and the disk where it is not', async () => {
      await add('a')
      const of = async () => {
        const { record } = await storage.log.read(ID, { life: 0, count: 0, revision: 0 }, 1)
        return { born: record.born, mark: record, ...(await storage.outbox.list(ID)) }
      }
      const addKnowing = (
        known: Awaited<ReturnType<typeof of>>,
        ...writes: { txid: string; items: string[] }[]
      ) => storage.outbox.add(ID, writes, () => 'another', known)

      const known = await of()
      expect(await addKnowing(known, write('a'), write('b'), write('b'))).toMatchObject([
        { n: 0 },
        { n: 1 },
        { n: 1 },
      ])
      // Of another tab: not among what was known.
      await add('c')
      expect(await addKnowing(known, write('c'), write('d'))).toMatchObject([{ n: 2 }, { n: 3 }])
      const [refused] = await addKnowing(known, write('c', ['{"another":1}']))
      expect(refused).toBeInstanceOf(SyncError)
      // Gone since: it may be written again.
      const full = await of()
      await storage.outbox.discard(ID, 'b')
      expect(await addKnowing(full, write('b'))).toMatchObject([{ n: 4 }])
      expect(await txids()).toEqual(['a', 'c', 'd', 'b'])
      // As far along, in another store.
      const other = await open()
      await other.log.open(ID, ID)
      await other.outbox.add(ID, [write('x'), write('y'), write('z')], () => 'producer')
      const theirs = { ...(await of()), mark: { nextEntry: 3, outbox: 1 } }
      expect(await other.outbox.add(ID, [write('a')], () => 'producer', theirs)).toMatchObject([{ n: 3 }])
      expect((await other.outbox.list(ID)).entries).toHaveLength(4)
      other.close()
      expect(await producer()).toMatchObject({ id: 'producer' })
    })

    test('the same write twice is one entry, also within one call', async () => {
      await add('a')
      await add('a', 'b', 'b')
      expect(await txids()).toEqual(['a', 'b'])
    })

    test('another write under a waiting txid is refused in its place, the others are saved', async () => {
      await add('a')
      const [refused, saved] = await storage.outbox.add(
        ID,
        [write('a', ['{"other":1}']), write('b')],
        () => 'producer',
      )
      expect(refused).toBeInstanceOf(SyncError)
      expect(refused).toMatchObject({ code: 'invalid-argument' })
      expect(saved).toMatchObject({ txid: 'b' })
      expect(await txids()).toEqual(['a', 'b'])
    })

    test('an echo takes its entry out with the transaction that stores it (rule 3)', async () => {
      await add('a', 'b')
      await arrive(['a', 'foreign'])
      expect(await txids()).toEqual(['b'])
    })

    test('nothing is frozen before the log was caught up (rule 2)', async () => {
      await add('a')
      expect(await freeze()).toBeNull()
      await arrive([])
      expect(await claimed()).toMatchObject({ entries: [0], body: '[{"of":"a"}]' })
    })

    test('nothing is frozen in a new life before the new log was caught up (rule 4)', async () => {
      await arrive([], { incarnation: 'x' })
      await add('a')
      await claimed()
      await storage.log.drop(ID, 0)
      expect(await freeze()).toBeNull()
      head = '-1'
      await arrive([], { incarnation: 'y' })
      expect(await claimed()).toMatchObject({ incarnation: 'y', tag: { epoch: 0, seq: 0 } })
    })

    test('in a new life copies of a profile begin in the same slot, whatever each had sent (rule 4)', async () => {
      await arrive([], { incarnation: 'x' })
      await add('a')
      await storage.outbox.settle(ID, await claimed(), { kind: 'accepted', seq: 1 })
      await arrive(['a'], { incarnation: 'x' })
      await storage.log.drop(ID, 0)
      head = '-1'
      await arrive([], { incarnation: 'y' })
      await add('b')
      expect(await claimed()).toMatchObject({ incarnation: 'y', tag: { epoch: 0, seq: 0 } })
    })

    test('an answer that another life of the stream gave settles nothing (rule 4)', async () => {
      await arrive([], { incarnation: 'x' })
      await add('a')
      const sent = await claimed()
      await storage.log.drop(ID, 0)
      head = '-1'
      await arrive([], { incarnation: 'y' })
      expect(await storage.outbox.settle(ID, sent, { kind: 'refused', error })).toBe(false)
      expect((await storage.outbox.list(ID)).entries[0]?.status).toEqual({ state: 'saved' })
    })

    test.each([null, 'x'])(
      'a claim stays in its slot where the log is read anew and the life is the same (%s, rule 4)',
      async (incarnation) => {
        await arrive([], { incarnation })
        await add('a')
        await storage.outbox.settle(ID, await claimed(), { kind: 'accepted', seq: 1 })
        const sent = await claimed()
        await storage.log.drop(ID, 0)
        await add('b')
        head = '-1'
        await arrive([], { incarnation })
        expect(await freeze()).toEqual({ claim: sent, fresh: false })
      },
    )

    test('a claim carries identity, exact body and the life it is meant for; a new producer begins at epoch 0, seq 0 (invariant 5, S2-6)', async () => {
      await arrive([], { incarnation: 'x' })
      await storage.outbox.add(ID, [write('a', ['1', '2']), write('b', ['3'])], () => 'producer')
      expect(await claimed()).toEqual({
        tag: { id: 'producer', epoch: 0, seq: 0 },
        entries: [0, 1],
        body: '[1,2,3]',
        incarnation: 'x',
      } satisfies Claim)
      expect((await storage.outbox.list(ID)).entries.map(({ attempts }) => attempts)).toEqual([1, 1])
    })

    test('one claim at a time: what is added later waits for the next (rule 1)', async () => {
      await arrive([])
      await add('a')
      const first = await claimed()
      await add('b')
      expect(await freeze()).toEqual({ claim: first, fresh: false })
    })

    test('the producer id is made once and outlives claims (rule 1)', async () => {
      await arrive([])
      await add('a')
      const first = await claimed()
      await storage.outbox.settle(ID, first, { kind: 'accepted', seq: 1 })
      const next = await storage.outbox.freeze(ID, CLAIM_LIMITS, () => 'another')
      expect(next?.claim.tag).toEqual({ id: 'producer', epoch: 0, seq: 1 })
    })

    test('claims are limited by entries and by size, one entry always fits', async () => {
      await arrive([])
      await add('a', 'b', 'c')
      const two = await claimed({ entries: 2, size: 1e6 })
      expect(two.entries).toEqual([0, 1])
      await arrive(['a', 'b'])
      await add('d')
      expect((await claimed({ entries: 10, size: 1 })).entries).toEqual([2])
    })

    test('a claim of which a part is echoed keeps its slot for the rest (rule 3)', async () => {
      await arrive([])
      await add('a', 'b')
      const whole = await claimed()
      await arrive(['a'])
      expect(await freeze()).toEqual({
        claim: { ...whole, entries: [1], body: '[{"of":"b"}]' },
        fresh: false,
      })
    })

    test('a claim of which nothing remains is cleared and its seq kept (rule 3)', async () => {
      await arrive([])
      await add('a')
      await claimed()
      await arrive(['a'])
      expect(await freeze()).toBeNull()
      expect(await producer()).toMatchObject({ seq: 0, claim: null })
      await add('b')
      expect(await claimed()).toMatchObject({ entries: [1], tag: { seq: 0 } })
    })

    test('accepted: what is not echoed is saved again, the next seq is the one given (rule 6)', async () => {
      await arrive([])
      await add('a', 'b')
      const sent = await claimed()
      await arrive(['a'])
      expect(await storage.outbox.settle(ID, sent, { kind: 'accepted', seq: 7 })).toBe(true)
      expect(await txids()).toEqual(['b'])
      expect(await claimed()).toMatchObject({ entries: [1], tag: { epoch: 0, seq: 7 } })
    })

    test('fenced: on at the relay’s epoch with seq 0 (rule 7)', async () => {
      await arrive([])
      await add('a')
      await storage.outbox.settle(ID, await claimed(), { kind: 'fenced', epoch: 5 })
      expect(await claimed()).toMatchObject({ entries: [0], tag: { epoch: 5, seq: 0 } })
    })

    test('forgotten: a new epoch, and the rest frozen anew (rule 8)', async () => {
      await arrive([])
      await add('a', 'b')
      const sent = await claimed()
      await arrive(['a'])
      await storage.outbox.settle(ID, sent, { kind: 'forgotten' })
      expect(await claimed()).toMatchObject({ entries: [1], tag: { epoch: 1, seq: 0 } })
    })

    test('refused with several left: the claim is halved in its slot until the culprit stands alone (rule 9)', async () => {
      await arrive([])
      await add('a', 'b', 'c')
      const whole = await claimed()
      await storage.outbox.settle(ID, whole, { kind: 'refused', error })
      const half = await claimed()
      expect(half).toMatchObject({ entries: [0, 1], tag: whole.tag })
      await storage.outbox.settle(ID, half, { kind: 'refused', error })
      const alone = await claimed()
      expect(alone).toMatchObject({ entries: [0], tag: whole.tag })
      await storage.outbox.settle(ID, alone, { kind: 'refused', error })
      expect(await states()).toEqual(['rejected', 'saved', 'saved'])
      expect(await claimed()).toMatchObject({ entries: [1, 2], tag: whole.tag })
    })

    test('refused, but echoed meanwhile: done, not rejected (rule 9)', async () => {
      await arrive([])
      await add('a')
      const sent = await claimed()
      await arrive(['a'])
      await storage.outbox.settle(ID, sent, { kind: 'refused', error })
      expect(await txids()).toEqual([])
    })

    test('a verdict on a claim that is no longer the stored one does nothing (rule 5)', async () => {
      await arrive([])
      await add('a')
      const sent = await claimed()
      await storage.outbox.settle(ID, sent, { kind: 'accepted', seq: 1 })
      expect(await storage.outbox.settle(ID, sent, { kind: 'fenced', epoch: 9 })).toBe(false)
      expect(await producer()).toMatchObject({ epoch: 0, seq: 1 })
    })

    test('a claim in doubt: what remains of it is uncertain and not sent again (rule 11)', async () => {
      await arrive([])
      await add('a', 'b')
      await claimed({ entries: 1, size: 1e6 })
      await storage.outbox.doubt(ID, error)
      expect(await states()).toEqual(['uncertain', 'saved'])
      expect((await claimed()).entries).toEqual([1])
      expect(await storage.outbox.retry(ID, 'a')).toBe(true)
      expect((await states())[0]).toBe('saved')
    })

    test('a refused write can be retried at its old place, or discarded', async () => {
      await arrive([])
      await add('a', 'b')
      await storage.outbox.settle(ID, await claimed({ entries: 1, size: 1e6 }), { kind: 'refused', error })
      expect(await storage.outbox.retry(ID, 'a')).toBe(true)
      expect((await claimed()).entries).toEqual([0, 1])
      await storage.outbox.settle(ID, await claimed(), { kind: 'refused', error })
      await storage.outbox.settle(ID, await claimed(), { kind: 'refused', error })
      expect(await storage.outbox.discard(ID, 'a')).toBe(true)
      expect(await txids()).toEqual(['b'])
    })

    test('retry and discard leave alone what is under way or unknown', async () => {
      await arrive([])
      await add('a')
      await claimed()
      expect(await storage.outbox.retry(ID, 'a')).toBe(false)
      expect(await storage.outbox.discard(ID, 'a')).toBe(false)
      expect(await storage.outbox.retry(ID, 'nothing')).toBe(false)
      expect(await storage.outbox.discard(ID, 'nothing')).toBe(false)
      expect(await txids()).toEqual(['a'])
    })

    test('a saved write that was never sent can be taken back', async () => {
      await add('a')
      expect(await storage.outbox.discard(ID, 'a')).toBe(true)
      expect(await txids()).toEqual([])
    })

    test('the outbox outlives the log (invariant 10)', async () => {
      await arrive([])
      await add('a')
      await storage.log.drop(ID, 0)
      expect(await txids()).toEqual(['a'])
    })
  })
}

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sealed } from '../log/segment.ts'
import { newEntry, newProducer } from '../outbox/rules.ts'
import type { Store } from './store.ts'

const ID = 'http://relay/v1/stream/a'
const OTHER = 'http://relay/v1/stream/b'

const segment = (n: number) =>
  sealed({ n, from: `${n}`, to: `${n + 1}`, count: 1, bytes: new TextEncoder().encode(`[${n}]`) })
const entry = (n: number) => newEntry({ txid: `t${n}`, items: ['1'] }, n)

/** What every store must do. */
export function testStore(name: string, open: (database: string) => Store): void {
  describe(`store: ${name}`, () => {
    let store: Store
    let databases = 0
    beforeEach(async () => {
      store = open(`store-${++databases}`)
      await store.run('relaxed', async (tx) => {
        for (const n of [2, 0, 1]) tx.put('segments', ID, segment(n))
        tx.put('segments', OTHER, segment(7))
        for (const n of [3, 1]) tx.put('outbox', ID, entry(n))
      })
    })
    afterEach(() => store.close())

    const keys = (table: 'segments' | 'outbox', from = 0, limit?: number) =>
      store.run('readonly', async (tx) => (await tx.list(table, ID, from, limit)).map(({ n }) => n))

    test('rows of a stream come in order, from one of them on, as many as are asked for', async () => {
      expect(await keys('segments')).toEqual([0, 1, 2])
      expect(await keys('segments', 1, 1)).toEqual([1])
      expect(await keys('outbox', 2)).toEqual([3])
    })

    test('the segment before', async () => {
      const before = (n: number) => store.run('readonly', async (tx) => (await tx.before(ID, n))?.n)
      expect(await Promise.all([0, 1, 9].map(before))).toEqual([undefined, 0, 2])
    })

    test('an entry is found by its txid, within its stream', async () => {
      const found = await store.run('readonly', (tx) =>
        Promise.all([tx.entry(ID, 't3'), tx.entry(ID, 't2'), tx.entry(OTHER, 't3')]),
      )
      expect(found.map((one) => one?.n)).toEqual([3, undefined, undefined])
    })

    test('a row that is put again is replaced', async () => {
      await store.run('strict', async (tx) => tx.put('outbox', ID, { ...entry(1), attempts: 2 }))
      const [first] = await store.run('readonly', (tx) => tx.list('outbox', ID, 0))
      expect(first).toMatchObject({ n: 1, attempts: 2 })
      expect(await keys('outbox')).toEqual([1, 3])
    })

    test('rows are removed from one on and before another, of one stream', async () => {
      await store.run('relaxed', async (tx) => tx.remove('segments', ID, 1, 2))
      expect(await keys('segments')).toEqual([0, 2])
      await store.run('relaxed', async (tx) => tx.remove('segments', ID, 0, Number.POSITIVE_INFINITY))
      expect(await keys('segments')).toEqual([])
      expect(await store.run('readonly', (tx) => tx.list('segments', OTHER, 0))).toHaveLength(1)
    })

    test('of a step that throws nothing is left (G1)', async () => {
      const failing = store.run('strict', async (tx) => {
        tx.put('claims', ID, newProducer('p'))
        tx.remove('segments', ID, 0, 9)
        await tx.get('claims', ID)
        throw new TypeError('no')
      })
      await expect(failing).rejects.toThrow('no')
      expect(await keys('segments')).toEqual([0, 1, 2])
      expect(await store.run('readonly', (tx) => tx.get('claims', ID))).toBeUndefined()
    })

    test('steps that write come one after another', async () => {
      const raise = () =>
        store.run('relaxed', async (tx) => {
          const { epoch, ...rest } = (await tx.get('claims', ID)) ?? newProducer('p')
          tx.put('claims', ID, { ...rest, epoch: epoch + 1 })
        })
      await Promise.all([raise(), raise(), raise()])
      expect(await store.run('readonly', (tx) => tx.get('claims', ID))).toMatchObject({ epoch: 3 })
    })

    test('destroyed, it holds nothing', async () => {
      await store.destroy()
      store = open(`store-${databases}`)
      expect(await keys('segments')).toEqual([])
    })
  })
}

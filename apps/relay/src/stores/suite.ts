import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { forkCases } from '../testing/fork-cases.ts'
import { bytes, handOf, NOW, text } from '../testing/store-hand.ts'
import type { Store } from './store.ts'

export interface SuiteStore {
  readonly store: Store
  /** Closes the store and opens it again on what it kept; undefined when it keeps nothing. */
  readonly reopen?: () => Promise<Store>
  readonly dispose: () => Promise<void>
}

/** What every store must do, whatever it keeps its streams in. */
export function storeSuite(name: string, open: () => Promise<SuiteStore>): void {
  describe(name, () => {
    let made: SuiteStore
    let store: Store

    beforeEach(async () => {
      made = await open()
      store = made.store
    })
    afterEach(() => made.dispose())

    const hand = handOf(() => store)
    const { append, create, forkOf, head, readAll, remove } = hand

    it('knows nothing at first', async () => {
      expect(await store.head('a')).toBeUndefined()
      expect(store.stats()).toEqual({ streams: 0, producers: 0 })
    })

    it('creates once: the first one wins, and says so', async () => {
      expect(await create('a')).toMatchObject({ ok: true, outcome: 'created' })
      expect(await create('a')).toMatchObject({ ok: true, outcome: 'exists' })
      expect(await create('a', { contentType: 'text/html' })).toMatchObject({
        ok: false,
        refusal: { code: 'already-exists' },
      })
    })

    it('reads back what was appended, in order and in whole batches', async () => {
      await create('a', { bytes: bytes('one,') })
      await append('a', 'two,')
      await append('a', 'three')
      expect(await readAll('a')).toBe('one,two,three')
      expect(await readAll('a', 4)).toBe('two,three')
      expect(await readAll('a', 13)).toBe('')
      expect(await store.read(await head('a'), 0, 5)).toMatchObject({ next: 4 })
      expect(await store.read(await head('a'), 0, 8)).toMatchObject({ next: 8 })
    })

    it('knows no batch that begins within another', async () => {
      await create('a', { bytes: bytes('hello') })
      expect(await store.read(await head('a'), 3, 100)).toBeUndefined()
    })

    it('gives the tail to a reader from past it', async () => {
      await create('a', { bytes: bytes('hello') })
      expect(await store.read(await head('a'), 99, 100)).toEqual({ chunks: [], next: 5 })
    })

    it('reads as of the state it is given, whatever came later', async () => {
      await create('a', { bytes: bytes('one') })
      const before = await head('a')
      await append('a', 'two')
      expect(await store.read(before, 3, 100)).toEqual({ chunks: [], next: 3 })
      expect(text((await store.read(before, 0, 100))?.chunks ?? [])).toBe('one')
    })

    it('stores one of fifty that claim the same sequence number at once', async () => {
      await create('a')
      const producer = { id: 'p', epoch: 0, seq: 0 }
      const verdicts = await Promise.all(
        Array.from({ length: 50 }, (_, i) => append('a', `${i};`, { producer })),
      )
      expect(verdicts.filter((verdict) => verdict.ok && verdict.outcome === 'appended')).toHaveLength(1)
      expect(verdicts.filter((verdict) => verdict.ok && verdict.outcome === 'duplicate')).toHaveLength(49)
      expect(await readAll('a')).toBe('0;')
    })

    it('loses and doubles nothing of two hundred parallel appends on five streams (S0-20)', async () => {
      const paths = ['a', 'b', 'c', 'd', 'e']
      await Promise.all(paths.map((path) => create(path)))
      await Promise.all(Array.from({ length: 200 }, (_, i) => append(paths[i % 5] ?? '', `${i};`)))
      for (const [p, path] of paths.entries()) {
        const expected = Array.from({ length: 40 }, (_, i) => `${i * 5 + p};`).join('')
        expect(await readAll(path)).toBe(expected)
      }
    })

    it('keeps producers by stream and by id', async () => {
      await create('a')
      await create('b')
      await append('a', 'x', { producer: { id: 'p', epoch: 3, seq: 0 } })
      expect(await append('a', 'x', { producer: { id: 'p', epoch: 2, seq: 0 } })).toMatchObject({
        refusal: { code: 'stale-epoch', headers: { 'Producer-Epoch': '3' } },
      })
      expect(await append('b', 'x', { producer: { id: 'p', epoch: 2, seq: 0 } })).toMatchObject({ ok: true })
      expect(await append('a', 'x', { producer: { id: 'q', epoch: 0, seq: 0 } })).toMatchObject({ ok: true })
      expect(store.stats().producers).toBe(3)
    })

    it('wakes who watches after each commit at the path, and no one else', async () => {
      await create('a')
      await create('b')
      let woken = 0
      const seen: number[] = []
      const unwatch = store.watch('a', () => {
        woken++
        void head('a').then((state) => seen.push(state.tail))
      })
      await append('a', 'xy')
      await append('b', 'z')
      await append('a', '', { close: true })
      expect(woken).toBe(2)
      await expect.poll(() => seen).toEqual([2, 2])
      unwatch()
      await remove('a')
      expect(woken).toBe(2)
    })

    it('does not wake for what was refused or there already', async () => {
      await create('a')
      let woken = 0
      store.watch('a', () => woken++)
      await create('a')
      await append('a', 'x', { contentType: 'text/html' })
      expect(woken).toBe(0)
    })

    it('lets a verdict that throws fail alone', async () => {
      await create('a')
      const thrown = store.commit({ path: 'a' }, () => {
        throw new Error('fault')
      })
      const [failed, appended] = await Promise.allSettled([thrown, append('a', 'x')])
      expect(failed.status).toBe('rejected')
      expect(appended).toMatchObject({ status: 'fulfilled', value: { ok: true } })
      expect(await readAll('a')).toBe('x')
    })

    it('begins a new life at a path that was deleted', async () => {
      await create('a', { bytes: bytes('old') })
      await append('a', '!', { producer: { id: 'p', epoch: 7, seq: 0 } })
      const old = await head('a')
      await remove('a')
      expect(await store.head('a')).toBeUndefined()
      await create('a', { bytes: bytes('new') })
      expect((await head('a')).incarnation).not.toBe(old.incarnation)
      expect(await readAll('a')).toBe('new')
      expect(await append('a', '?', { producer: { id: 'p', epoch: 0, seq: 0 } })).toMatchObject({ ok: true })
    })

    it('frees everything of a thousand streams that come and go (S2-34)', async () => {
      await Promise.all(
        Array.from({ length: 1000 }, async (_, i) => {
          await create(`s${i}`)
          await append(`s${i}`, 'x', { producer: { id: 'p', epoch: 0, seq: 0 } })
          await remove(`s${i}`)
        }),
      )
      await expect.poll(() => store.stats(), { timeout: 30_000 }).toEqual({ streams: 0, producers: 0 })
    }, 60_000)

    forkCases(() => store, hand)

    it('sweeps what is over, and lets go of its source', async () => {
      const lifetime = { kind: 'window', seconds: 10, touched: NOW } as const
      await create('a', { bytes: bytes('aaa') })
      await create('b', { fork: await forkOf('a', 3), lifetime })
      await create('c', { lifetime })
      store.touch('c', await head('c'), NOW + 5000)
      await store.sweep(NOW + 12_000)
      expect(await store.head('b')).toBeUndefined()
      expect(await head('c')).toMatchObject({ lifetime: { touched: NOW + 5000 } })
      expect(await head('a')).toMatchObject({ forks: 0 })
    })

    it('replaces a stream that is over when its path is taken anew', async () => {
      await create('a', { lifetime: { kind: 'until', at: NOW + 1, text: '' }, bytes: bytes('old') })
      expect(await create('a', { now: NOW + 2, bytes: bytes('new') })).toMatchObject({ outcome: 'created' })
      expect(await readAll('a')).toBe('new')
    })

    it('holds bytes of any value and batches larger than a page', async () => {
      const large = new Uint8Array(300_000).map((_, i) => i % 256)
      await create('a', { contentType: 'application/octet-stream' })
      await append('a', '', { contentType: 'application/octet-stream', bytes: large })
      const page = await store.read(await head('a'), 0, 1)
      expect(Buffer.concat(page?.chunks ?? []).equals(large)).toBe(true)
    })

    it('keeps paths apart that hold the same letters', async () => {
      for (const path of ['a b/ü%', 'a', 'a/b', 'a/b/', 'A', '1', '01', '\u{1f30a}']) {
        await create(path, { bytes: bytes(path) })
      }
      for (const path of ['a b/ü%', 'a', 'a/b', 'a/b/', 'A', '1', '01', '\u{1f30a}']) {
        expect(await readAll(path)).toBe(path)
      }
    })

    it('has everything after it was closed and opened again (S0-22)', async () => {
      if (!made.reopen) return
      await create('a', { bytes: bytes('one,'), lifetime: { kind: 'window', seconds: 60, touched: NOW } })
      await append('a', 'two,', { producer: { id: 'p', epoch: 1, seq: 0 }, seq: '5' })
      await create('b', { fork: await forkOf('a', 4) })
      await append('b', 'fork')
      await remove('a')
      const before = { a: await head('a'), b: await head('b') }
      store = await made.reopen()
      expect({ a: await head('a'), b: await head('b') }).toEqual(before)
      expect(await readAll('b')).toBe('one,fork')
      await remove('b')
      expect(store.stats().streams).toBe(0)
    })

    it('tells a producer that retries after a restart that it has that (S0-7, S2-15)', async () => {
      if (!made.reopen) return
      await create('a')
      await append('a', 'x', { producer: { id: 'p', epoch: 0, seq: 0 } })
      const { tail } = await head('a')
      store = await made.reopen()
      expect(await append('a', 'x', { producer: { id: 'p', epoch: 0, seq: 0 } })).toMatchObject({
        outcome: 'duplicate',
      })
      await append('a', 'y', { producer: { id: 'p', epoch: 0, seq: 1 } })
      expect((await head('a')).tail).toBeGreaterThan(tail)
    })
  })
}

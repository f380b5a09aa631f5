import { expect, test, vi } from 'vitest'
import { arrival } from '../log/suite.ts'
import { storageOver } from '../storage.ts'
import { memoryStore } from '../store/memory.ts'
import type { Batch } from './batch.ts'
import { openMirror } from './mirror.ts'

const ID = 'http://relay/v1/stream/a'

/** A log of pages of a hundred items each, and its mirror. */
async function open(pages: number) {
  const storage = storageOver(memoryStore(), () => 0)
  await storage.log.open(ID, ID)
  for (let page = 0; page < pages; page++) {
    const items = Array.from({ length: 100 }, (_, n) => ({ key: page * 100 + n }))
    const from = page === 0 ? '-1' : `${100 + page}`
    await storage.log.append(ID, arrival(from, `${101 + page}`, items, { upToDate: true }))
  }
  const read = vi.spyOn(storage.log, 'read')
  const mirror = await openMirror({
    id: ID,
    url: ID,
    storage,
    read: () => Promise.reject(new Error('nothing is damaged')),
    effects: { now: () => 0, uuid: () => 'p', breathe: async () => undefined },
    changed: () => undefined,
  })
  return { storage, mirror, read }
}

const itemsOf = (batches: readonly Batch[]) => batches.flatMap(({ items }) => items)
const { signal } = new AbortController()

test('the end of a log comes before all of it, and then all of it', async () => {
  const { mirror, read, storage } = await open(9)
  await storage.outbox.add(ID, [{ txid: 't', items: ['{}'] }], () => 'p')
  await mirror.refresh()
  const heard: unknown[] = []
  read.mockClear()
  const show = async (batches: readonly Batch[], outbox: readonly { txid: string }[]) => {
    heard.push({ end: itemsOf(batches), first: batches[0]?.first, outbox: outbox.map(({ txid }) => txid) })
    // It does not cost a look at all the others.
    expect(read).toHaveBeenCalledTimes(1)
  }
  const all: unknown[] = []
  const observer = ({ batch }: { readonly batch: Batch | null }) => all.push(...(batch?.items ?? []))
  await mirror.observe(observer, signal, false, { count: () => 150, show })
  const keys = Array.from({ length: 900 }, (_, key) => ({ key }))
  expect(heard).toEqual([{ end: keys.slice(750), first: 750, outbox: ['t'] }])
  expect(all).toEqual(keys)
})

test('nothing is read ahead where it is not wanted, or would be all', async () => {
  const { mirror, read } = await open(2)
  const show = vi.fn()
  for (const count of [0, 200, 500]) {
    read.mockClear()
    await mirror.observe(() => undefined, signal, false, { count: () => count, show })
    // Once for news of the disk, once for all of the log.
    expect(read).toHaveBeenCalledTimes(2)
  }
  // A reader that begins anew has shown what there is.
  await mirror.observe(() => undefined, signal, true, { count: () => 10, show })
  expect(show).not.toHaveBeenCalled()
})

test('of a log that another tab drops meanwhile nothing is shown first', async () => {
  const { mirror, storage } = await open(9)
  const show = vi.fn()
  const count = () => {
    void storage.log.drop(ID, mirror.record().life)
    return 150
  }
  const seen: Batch[] = []
  await mirror.observe(({ batch }) => batch && seen.push(batch), signal, false, { count, show })
  expect(show).not.toHaveBeenCalled()
  expect(itemsOf(seen)).toEqual([])
})

test('one that fails to show them is given the whole log by the next try, without them', async () => {
  const { mirror } = await open(9)
  const show = () => Promise.reject(new Error('no screen'))
  const seen: Batch[] = []
  const observer = ({ batch }: { readonly batch: Batch | null }) => batch && seen.push(batch)
  const newest = { count: () => 150, show }
  await expect(mirror.observe(observer, signal, false, newest)).rejects.toThrow('no screen')
  expect(seen).toEqual([])
  await mirror.observe(observer, signal, true, newest)
  expect(seen[0]?.reset).toBe(true)
  expect(itemsOf(seen)).toHaveLength(900)
})

test('nobody who has gone is shown anything', async () => {
  const { mirror } = await open(9)
  const show = vi.fn()
  const early = AbortSignal.abort()
  await mirror.observe(() => undefined, early, false, { count: () => 150, show })
  const stop = new AbortController()
  const count = () => {
    stop.abort()
    return 150
  }
  await mirror.observe(() => undefined, stop.signal, false, { count, show })
  expect(show).not.toHaveBeenCalled()
})

test('a write is saved, and an arrival shown to others, while somebody is shown the end and while he is shown the rest', async () => {
  const { mirror, storage } = await open(30)
  const others: unknown[] = []
  await mirror.observe(({ batch }) => others.push(...(batch?.items ?? [])), signal, false)
  const shown: string[] = []
  const show = async () => {
    await mirror.add({ txid: 'at the end', items: ['1'] })
    shown.push('at the end')
  }
  let asked = false
  const observer = ({ batch, outbox }: { batch: Batch | null; outbox: readonly { txid: string }[] }) => {
    if (!batch) return
    if (!asked)
      void mirror.add({ txid: 'in the middle', items: ['2'] }).then(() => shown.push('in the middle'))
    asked = true
    if (batch.end === 3_000) shown.push(`all, with ${outbox.length}`)
  }
  const add = vi.spyOn(storage.outbox, 'add')
  await mirror.observe(observer, signal, false, { count: () => 150, show })
  expect(shown).toEqual(['at the end', 'in the middle', 'all, with 2'])
  expect(add).toHaveBeenCalledTimes(2)
  expect((await storage.outbox.list(ID)).entries).toHaveLength(2)
})

test('what another tab brings while the log is replayed is neither missed nor twice, whoever finds it', async () => {
  const { mirror, storage } = await open(30)
  let seen: unknown[] = []
  let resets = 0
  const steps = [
    () => mirror.add({ txid: 'first', items: ['1'] }),
    // The first write made a producer, which only the disk knows: the next one looks there, and finds more.
    async () => {
      await storage.log.append(ID, arrival('130', '131', [{ key: 'other' }], { upToDate: true }))
      await mirror.add({ txid: 'second', items: ['2'] })
    },
  ]
  const observer = ({ batch }: { readonly batch: Batch | null }) => {
    if (batch?.reset) {
      seen = []
      resets += 1
    }
    seen.push(...(batch?.items ?? []))
    void steps.shift()?.()
  }
  await mirror.observe(observer, signal, false)
  await mirror.refresh()
  expect(seen).toEqual([...Array.from({ length: 3_000 }, (_, key) => ({ key })), { key: 'other' }])
  expect(resets).toBeLessThanOrEqual(1)
  expect((await storage.outbox.list(ID)).entries).toHaveLength(2)
})

import { expect, test } from 'vitest'
import { arrival } from '../log/suite.ts'
import { storageOver } from '../storage.ts'
import { memoryStore } from '../store/memory.ts'
import type { Batch } from './batch.ts'
import { openMirror } from './mirror.ts'

const ID = 'http://relay/v1/stream/a'

/** A log of `pages` pages of `size` items each. */
async function logOf(pages: number, size: number) {
  const storage = storageOver(memoryStore(), () => 0)
  await storage.log.open(ID, ID)
  for (let page = 0; page < pages; page++) {
    const items = Array.from({ length: size }, (_, n) => ({ key: `${page * size + n}` }))
    const from = page === 0 ? '-1' : `${100 + page}`
    await storage.log.append(ID, arrival(from, `${101 + page}`, items, { upToDate: true }))
  }
  return storage
}

/** The mirror of a sound log, whose clock is `now`; counts how often input had its turn. */
async function mirrorOf(storage: Awaited<ReturnType<typeof logOf>>, now: () => number) {
  const breaths = { count: 0 }
  const mirror = await openMirror({
    id: ID,
    url: ID,
    storage,
    read: () => Promise.reject(new Error('nothing is damaged')),
    effects: {
      now,
      uuid: () => 'p',
      breathe: async () => {
        breaths.count += 1
      },
    },
    changed: () => undefined,
  })
  return { mirror, breaths }
}

test('a log is handed over in steps of 500 items at most, and input has its turn after each that took long', async () => {
  const storage = await logOf(4, 2_600)
  let time = 0
  const { mirror, breaths } = await mirrorOf(storage, () => time)
  const batches: Batch[] = []
  const breathsAt: number[] = []
  const observer = ({ batch }: { readonly batch: Batch | null }) => {
    if (!batch) return
    batches.push(batch)
    breathsAt.push(breaths.count)
    // Projecting a step takes as long as a frame here.
    time += 16
  }
  await mirror.observe(observer, new AbortController().signal, false)
  expect(batches.flatMap(({ items }) => items)).toHaveLength(4 * 2_600)
  expect(Math.max(...batches.map(({ items }) => items.length))).toBe(500)
  expect(batches).toHaveLength(4 * 6)
  expect(breathsAt).toEqual(batches.map((_, step) => step))
  for (const [n, { first, end, items, from, to }] of batches.entries()) {
    expect(end - first).toBe(items.length)
    expect(to === from).toBe(n % 6 !== 5)
  }
})

test('a log that is read for the first time is shown in steps, what comes later as it came', async () => {
  const storage = await logOf(0, 0)
  let time = 0
  const { mirror, breaths } = await mirrorOf(storage, () => (time += 10))
  const batches: Batch[] = []
  await mirror.observe(({ batch }) => batch && batches.push(batch), new AbortController().signal, false)
  const pageOf = (from: string, to: string) => {
    const items = Array.from({ length: 1_200 }, (_, n) => ({ key: `${to}/${n}` }))
    const bytes = new TextEncoder().encode(JSON.stringify(items))
    return { from, to, items, bytes, upToDate: true, closed: false, incarnation: null, cursor: null }
  }
  breaths.count = 0
  await mirror.accept(pageOf('-1', '101'), 'catch-up')
  await mirror.accept(pageOf('101', '102'), 'catch-up')
  const told = batches.map(({ first, end, from, to, items, upToDate }) => {
    return { first, end, from, to, count: items.length, upToDate }
  })
  expect(told).toEqual([
    { first: 0, end: 500, from: '-1', to: '-1', count: 500, upToDate: false },
    { first: 500, end: 1_000, from: '-1', to: '-1', count: 500, upToDate: false },
    { first: 1_000, end: 1_200, from: '-1', to: '101', count: 200, upToDate: true },
    { first: 1_200, end: 2_400, from: '101', to: '102', count: 1_200, upToDate: true },
  ])
  expect(breaths.count).toBe(3)
})

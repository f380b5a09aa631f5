import { describe, expect, it } from 'vitest'
import { createBatches } from './batches.mjs'

const collect = (limit: { items: number; bytes: number }, items: [key: string, item: unknown][]) => {
  const batches = createBatches(limit)
  return [...items.flatMap(([key, item]) => batches.add(key, item)), ...batches.rest()]
}

describe('createBatches', () => {
  it('numbers the batches of each key from 0 and keeps the order within', () => {
    const items: [string, number][] = [1, 2, 3, 4, 5].flatMap((n) => [
      ['a', n],
      ['b', -n],
    ])
    expect(collect({ items: 2, bytes: 1000 }, items)).toEqual([
      { key: 'a', seq: 0, count: 2, body: '[1,2]' },
      { key: 'b', seq: 0, count: 2, body: '[-1,-2]' },
      { key: 'a', seq: 1, count: 2, body: '[3,4]' },
      { key: 'b', seq: 1, count: 2, body: '[-3,-4]' },
      { key: 'a', seq: 2, count: 1, body: '[5]' },
      { key: 'b', seq: 2, count: 1, body: '[-5]' },
    ])
  })

  it('ends a batch before it outgrows its bytes, counted as UTF-8', () => {
    const items: [string, string][] = ['éé', 'éé', 'éé'].map((text) => ['a', text])
    const batches = collect({ items: 100, bytes: 14 }, items)
    expect(batches.map(({ count }) => count)).toEqual([2, 1])
    for (const { body } of batches) expect(Buffer.byteLength(body)).toBeLessThanOrEqual(15)
  })

  it('sends an item that is too large by itself alone', () => {
    const items: [string, string][] = ['x', 'y'.repeat(50), 'z'].map((text) => ['a', text])
    expect(collect({ items: 100, bytes: 20 }, items).map(({ count }) => count)).toEqual([1, 1, 1])
  })

  it('makes the same batches again from the same items', () => {
    const items: [string, number][] = Array.from({ length: 500 }, (_, n) => [`r${(n * n) % 7}`, n])
    expect(collect({ items: 9, bytes: 40 }, items)).toEqual(collect({ items: 9, bytes: 40 }, items))
  })
})

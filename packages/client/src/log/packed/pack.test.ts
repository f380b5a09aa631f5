import { expect, test } from 'vitest'
import { packed } from './pack.ts'
import { unpacked } from './unpack.ts'

const never = async () => undefined
const change = (n: number, more: object = {}) => ({
  type: 'message',
  key: `m${n}`,
  value: { id: `m${n}`, room: `room ${n % 3}`, at: 1_700_000_000_000 + n, text: `said ${n}`, ...more },
  headers: { operation: 'insert' },
})

async function again(items: readonly unknown[]): Promise<readonly unknown[] | undefined> {
  const bytes = await packed(items, never)
  return bytes && unpacked(bytes).take(items.length)
}

test('what every item has is kept once, and what it says twice too', async () => {
  const items = Array.from({ length: 1_000 }, (_, n) => change(n))
  const bytes = await packed(items, never)
  const json = new TextEncoder().encode(JSON.stringify(items))
  expect(bytes?.byteLength).toBeLessThan(json.byteLength / 3)
  expect(await again(items)).toEqual(items)
})

test.each([
  [
    'text that is not ASCII among text that is',
    (n: number) => (n % 7 === 0 ? `größe 🌊 ${n}` : `plain ${n}`),
  ],
  ['half of a pair of surrogates', (n: number) => `${n} \ud83c`],
  ['marks of a byte order', (n: number) => `\ufeff${n}`],
  ['control characters', (n: number) => `${n}\u0000\u2028\u007f`],
  ['numbers of every size', (n: number) => (n % 2 === 0 ? n : 1 / (n + 1e9))],
  ['zeros below zero', (n: number) => (n % 2 === 0 ? -0 : 0)],
  ['numbers that JSON has no word for', (n: number) => (n % 2 === 0 ? 1e308 * 10 : -1e308 * 10)],
  ['true, false and null', (n: number) => [true, false, null][n % 3]],
  ['values of several types', (n: number) => [n, `${n}`, null, [n], {}][n % 5]],
  ['objects within objects, deep', (n: number) => ({ a: { b: { c: { d: { e: n } } } } })],
  ['empty objects and lists', (n: number) => (n % 2 === 0 ? {} : [])],
])('%s', async (_, more) => {
  const items = Array.from({ length: 40 }, (_, n) => change(n, { more: more(n) }))
  expect(await again(items)).toStrictEqual(items)
})

test('fields keep their order, also where shapes take turns', async () => {
  const items = Array.from({ length: 60 }, (_, n) =>
    n % 3 === 0 ? { b: n, a: `${n}` } : n % 3 === 1 ? { a: `${n}`, b: n } : { a: `${n}` },
  )
  expect(JSON.stringify(await again(items))).toBe(JSON.stringify(items))
})

test('fields whose names look like several, or like those of an item', async () => {
  const items = Array.from({ length: 20 }, (_, n) => ({
    'type,key': `${n}`,
    'value,headers': { 'type,key,value,headers': n, type: n, key: `${n}`, headers: n, value: -n },
  }))
  expect(JSON.stringify(await again(items))).toBe(JSON.stringify(items))
})

test('a thousand columns that are much alike', async () => {
  const row = (n: number) =>
    Object.fromEntries(Array.from({ length: 1_000 }, (_, c) => [`c${c}`, n < 50 ? 1 : c + n]))
  const items = Array.from({ length: 60 }, (_, n) => row(n))
  expect(await again(items)).toEqual(items)
})

test('a field that sets what an object inherits is a field like any other', async () => {
  const items = Array.from({ length: 20 }, (_, n) => JSON.parse(`{"a":${n},"__proto__":{"admin":${n}}}`))
  expect(JSON.stringify(await again(items))).toBe(JSON.stringify(items))
})

test('items of rare shapes, and what is no object, are kept whole', async () => {
  const items = [1, 'two', null, [3], { four: 4 }, ...Array.from({ length: 20 }, (_, n) => change(n)), {}]
  expect(await again(items)).toStrictEqual(items)
})

test('more shapes than a byte can tell apart', async () => {
  const items = Array.from({ length: 300 * 8 }, (_, n) => ({ [`field ${n % 300}`]: `${n}` }))
  expect(await again(items)).toEqual(items)
})

test('what JSON would not give back is not packed: a list that holds such a number, and what is too deep', async () => {
  expect(await again([change(0, { list: [1, -0] })])).toBeUndefined()
  expect(await again([change(0, { list: [Number.POSITIVE_INFINITY] })])).toBeUndefined()
  expect(await again([JSON.parse(`${'['.repeat(20_000)}${']'.repeat(20_000)}`)])).toBeUndefined()
})

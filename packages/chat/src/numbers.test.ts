import { is } from 'valibot'
import { expect, test } from 'vitest'
import { amount, moment, natural } from './numbers.ts'

const [endless, below] = [JSON.parse('1e999'), JSON.parse('-1e999')]

test.each([
  ['amount', amount, [0, -1, 0.5, 1e308], [endless, below, Number.NaN, '1']],
  ['natural', natural, [0, 1, Number.MAX_SAFE_INTEGER], [-1, 0.5, 2 ** 53, endless]],
  ['moment', moment, [0, -1, 1_700_000_000_000.5], [8.64e15, -8.64e15, endless, below, Number.NaN]],
])('%s: which numbers it takes', (_, schema, taken, refused) => {
  expect(taken.filter((value) => !is(schema, value))).toEqual([])
  expect(refused.filter((value) => is(schema, value))).toEqual([])
})

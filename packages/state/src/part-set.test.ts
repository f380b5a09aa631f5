import { expect, test } from 'vitest'
import { partSet } from './part-set.ts'

test('texts that differ in their last characters only are told apart, a hundred thousand of them', () => {
  const set = partSet()
  for (let n = 0; n < 100_000; n++) set.add(`00000000-0000-4000-8000-${n} last`)
  expect(new Uint32Array(set.bytes.buffer)[0]).toBe(100_000)
  let mistaken = 0
  for (let n = 100_000; n < 200_000; n++) if (set.has(`00000000-0000-4000-8000-${n} last`)) mistaken += 1
  expect(mistaken).toBe(0)
})

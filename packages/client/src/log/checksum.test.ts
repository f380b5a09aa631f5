import { expect, test } from 'vitest'
import { checksum } from './checksum.ts'

test('bytes that are cut off or added show', () => {
  const bytes = new TextEncoder().encode('["abc"]')
  expect(checksum(bytes.subarray(0, 6))).not.toBe(checksum(bytes))
  expect(checksum(new Uint8Array(8))).not.toBe(checksum(new Uint8Array(7)))
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksum } from './checksum.ts'

test('any one byte that is other than it was shows in the checksum, wherever the bytes lie in memory', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 40 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      fc.nat(3),
      (bytes, where, flip, shift) => {
        const damaged = bytes.map((byte, at) => (at === where % bytes.length ? byte ^ flip : byte))
        expect(checksum(damaged)).not.toBe(checksum(bytes))
        const shifted = new Uint8Array(bytes.length + shift)
        shifted.set(bytes, shift)
        expect(checksum(shifted.subarray(shift))).toBe(checksum(bytes))
      },
    ),
  )
})

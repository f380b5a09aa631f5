import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checksum } from './checksum.ts'
import { joined, type Segment, sealed } from './segment.ts'

const encode = (text: string) => new TextEncoder().encode(text)
const decode = (bytes: Uint8Array) => JSON.parse(new TextDecoder().decode(bytes))

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

test('bytes that are cut off or added show', () => {
  const bytes = encode('["abc"]')
  expect(checksum(bytes.subarray(0, 6))).not.toBe(checksum(bytes))
  expect(checksum(new Uint8Array(8))).not.toBe(checksum(new Uint8Array(7)))
})

test('joined segments hold the items of all, whatever the white space around them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (parts, spaced) => {
        let n = 0
        const segments = parts.map((items): Segment => {
          const text = JSON.stringify(items)
          const bytes = encode(spaced ? ` [ ${text.slice(1, -1)}\n]\n` : text)
          const segment = sealed({ n, from: `${n}`, to: `${n + items.length}`, count: items.length, bytes })
          n += items.length
          return segment
        })
        const one = joined(segments as [Segment, ...Segment[]])
        expect(decode(one.bytes)).toEqual(JSON.parse(JSON.stringify(parts.flat())))
        expect(one).toMatchObject({ n: 0, from: '0', to: `${n}`, count: n, sum: checksum(one.bytes) })
      },
    ),
  )
})

import { expect, test } from 'vitest'
import { attachmentItems, CHUNK, receiveAttachment } from './attachment.ts'

const file = (size: number) => Uint8Array.from({ length: size }, (_, at) => (at * 31) % 256)

test.each([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 7])(
  'S1-32 %i bytes come out as they went in: backwards, with doubles and strangers',
  (size) => {
    const items = [...attachmentItems(file(size))].toReversed()
    const received = receiveAttachment(size)([{ type: 'chunk' }, 7, ...items, null, ...items])
    expect(received.state === 'whole' && Buffer.compare(received.bytes, file(size))).toBe(0)
  },
)

test('S4-24 five pieces rise to exactly all of it', () => {
  const receive = receiveAttachment(5 * CHUNK)
  const shares = [...attachmentItems(file(5 * CHUNK))].map((item) => {
    const received = receive([item])
    return received.state === 'whole' ? 1 : received.share
  })
  expect(shares).toEqual([0.2, 0.4, 0.6, 0.8, 1])
})

test('a piece that claims another size is none', () => {
  const [first] = attachmentItems(file(10))
  expect(receiveAttachment(2 * CHUNK)(first ? [first] : [])).toEqual({ state: 'partial', share: 0 })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { arrival } from './log/suite.ts'
import { roomy } from './room.ts'
import { fullable } from './testing/full-disk.ts'

const STREAM = 'http://relay/v1/stream/a'
const START = { life: 0, count: 0, revision: 0 }

const itemsOf = (segments: readonly { readonly bytes: Uint8Array }[]) =>
  segments.flatMap(({ bytes }) => JSON.parse(new TextDecoder().decode(bytes)) as unknown[])

test('whenever the disk is full and whenever not, readers see the log as it would be', async () => {
  const step = fc.record({ full: fc.boolean(), items: fc.array(fc.nat(9), { maxLength: 3 }) })
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), async (steps) => {
      const made = fullable()
      const tried = roomy(made.disk, () => true)
      await tried.log.open(STREAM, STREAM)
      const expected: number[] = []
      for (const [n, { full, items }] of steps.entries()) {
        made.state.full = full
        const from = n === 0 ? '-1' : `${100 + n}`
        await tried.log.append(STREAM, arrival(from, `${101 + n}`, items))
        expected.push(...items)
        const after = { life: 0, count: expected.length - items.length, revision: 0 }
        const { segments } = await tried.log.read(STREAM, after, 9)
        expect(itemsOf(segments)).toEqual(items)
      }
      const whole = await tried.log.read(STREAM, START, 100)
      expect(whole.record).toMatchObject({ count: expected.length })
      expect(itemsOf(whole.segments)).toEqual(expected)
    }),
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { changedRange } from './changed-range.ts'

const list = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 })

test('what is left and right of the range is the same, and the range is as small as that', () => {
  fc.assert(
    fc.property(list, list, (before, after) => {
      const { start, beforeEnd, afterEnd } = changedRange(before, after)
      expect([
        ...before.slice(0, start),
        ...after.slice(start, afterEnd),
        ...before.slice(beforeEnd),
      ]).toEqual(after)
      if (start < beforeEnd && start < afterEnd) {
        expect(before[start]).not.toBe(after[start])
        expect(before[beforeEnd - 1]).not.toBe(after[afterEnd - 1])
      }
    }),
  )
})

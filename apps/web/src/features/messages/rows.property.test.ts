import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Message } from '../../schema.ts'
import { rowLayout as layoutOfEntries } from './rows.ts'
import { timeline } from './timeline.ts'

const NOON = new Date(2026, 2, 3, 12).getTime()
const DAY = 24 * 60 * 60_000

/** From messages to rows, as a conversation of people has them. */
function rowLayout() {
  const line = timeline()
  const layOut = layoutOfEntries()
  return (messages: readonly Message[]) =>
    layOut(line({ messages, runs: [], toolCalls: [], approvals: [], notices: [] }))
}

test('however the messages change, the rows are those of a fresh layout', () => {
  const pool = Array.from({ length: 12 }, (_, index): Message => {
    const at = NOON + (index % 5) * DAY
    return { id: `m${index}`, author: index % 2 ? 'a' : 'b', at, text: 'hello' }
  })
  const picks = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 11 })), { maxLength: 8 })
  fc.assert(
    fc.property(picks, (steps) => {
      const layOut = rowLayout()
      for (const step of steps) {
        const messages = step.flatMap((index) => pool[index] ?? [])
        expect(layOut(messages)).toEqual(rowLayout()(messages))
      }
    }),
  )
})

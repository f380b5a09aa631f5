import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { StateItem } from './echo.ts'
import { matchEchoes } from './match.ts'
import type { PendingWrite } from './pending.ts'

const match = matchEchoes({ message: ['role', 'text'] })

const say = (key: string, text: string, more = {}): StateItem => ({
  type: 'message',
  key,
  value: { role: 'user', text, ...more },
  headers: { operation: 'insert' },
})
const write = (txid: string, ...items: StateItem[]): PendingWrite => ({
  txid,
  stream: 'test',
  state: 'sent',
  attempts: 1,
  keys: [],
  items,
})

const text = fc.constantFrom('ok', 'yes', 'no')
const day = 86_400_000
const at = fc.integer({ min: -day, max: day })
const mine = fc.array(fc.record({ text, at }), { maxLength: 8 })
const theirs = fc.array(fc.record({ text, at, key: fc.option(fc.nat(9), { freq: 3 }) }), { maxLength: 8 })

test('each arrival takes one write, the oldest of its kind; clocks do not matter (S1-49, S1-50)', () => {
  fc.assert(
    fc.property(mine, theirs, (writes, arrivals) => {
      const waiting = writes.map(({ text, at }, n) => write(`t${n}`, say(`k${n}`, text, { at })))
      const items = arrivals.map(({ text, at, key }, n) =>
        say(key === null ? `x${n}` : `k${key}`, text, { at }),
      )

      const left = [...waiting]
      const unclaimed = items.filter(({ key }) => {
        const found = left.findIndex(({ items: [own] }) => own?.key === key)
        if (found >= 0) left.splice(found, 1)
        return found < 0
      })
      for (const { value } of unclaimed) {
        const found = left.findIndex(({ items: [own] }) => textOf(own?.value) === textOf(value))
        if (found >= 0) left.splice(found, 1)
      }

      const echoed = match(items, waiting)
      expect(waiting.filter(({ txid }) => !echoed.includes(txid))).toEqual(left)
      expect(echoed.length).toBeLessThanOrEqual(items.length)
      const still = match(
        items.map((item) => ({ ...item, value: { ...(item.value as object), at: 0 } })),
        waiting,
      )
      expect(still).toEqual(echoed)
    }),
  )
})

function textOf(value: unknown): unknown {
  return (value as { text?: unknown } | undefined)?.text
}

import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { item } from './testing/chat.ts'
import { type Harness, harness } from './testing/harness.ts'

let on: Harness
beforeEach(() => {
  on = harness('indexeddb')
})
afterEach(() => on.end())

const COUNT = 10_000
/** What input waits for at most: the rows that become visible without a turn of the event loop in between. */
const AT_A_TIME = 2_000

test('10,000 items on disk: in few commits, with turns in between, readable when the last is there (G9)', async () => {
  await on.relay.append(
    'room',
    Array.from({ length: COUNT }, (_, n) => item('insert', String(n), 'x')),
  )
  const first = on.client({ database: 'long' })
  const before = on.open({ client: first })
  await before.preload({ until: 'live' })
  await before.close()
  await first.close()

  on.relay.offline()
  const db = on.open({ client: on.client({ database: 'long' }) })
  const { messages } = db.collections
  let turn = 0
  const commits: { readonly turn: number; readonly rows: number; readonly ready: boolean }[] = []
  messages.subscribeChanges((changes) => {
    commits.push({ turn, rows: changes.length, ready: messages.isReady() })
  })
  let turning = setImmediate(function next() {
    turn += 1
    turning = setImmediate(next)
  })
  let sizeWhenReady: number | undefined
  messages.onFirstReady(() => (sizeWhenReady = messages.size))
  await db.preload()
  clearImmediate(turning)

  expect(sizeWhenReady).toBe(COUNT)
  expect(commits.filter(({ rows, ready }) => rows > 0 && ready)).toEqual([])
  expect(commits.reduce((sum, { rows }) => sum + rows, 0)).toBe(COUNT)
  expect(commits.length).toBeLessThanOrEqual(COUNT / 400)
  const perTurn = new Map<number, number>()
  for (const { turn, rows } of commits) perTurn.set(turn, (perTurn.get(turn) ?? 0) + rows)
  expect(Math.max(...perTurn.values())).toBeLessThanOrEqual(AT_A_TIME)
}, 60_000)

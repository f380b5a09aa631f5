import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { item, texts } from './testing/chat.ts'
import { type Harness, harness } from './testing/harness.ts'

let on: Harness
beforeEach(() => {
  on = harness('memory')
  // A page that is not painted: what comes soon after other news is shown some time later.
  vi.stubGlobal('requestAnimationFrame', () => 0)
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await on.end()
})

test('of a database that is named, what was appended is not only on the device but in its rows', async () => {
  await on.relay.append('room', [])
  const db = on.open()
  await db.preload({ until: 'live' })
  const shown: string[] = []
  for (const id of ['a', 'b', 'c']) {
    await on.relay.append('room', [item('insert', id, 'x')])
    await on.relay.settled(db)
    shown.push(`${id}:x`)
    expect(texts(db.collections.messages)).toEqual(shown)
  }
})

test('of a database that is named, what was written is in the log; what cannot be sent is said', async () => {
  await on.relay.append('room', [])
  const db = on.open()
  await db.preload({ until: 'live' })
  db.collections.messages.insert({ id: 'sent', text: 'x' })
  await on.relay.settled(db)
  expect(db.pending.size).toBe(0)
  expect(await on.relay.read('room')).toMatchObject([{ key: 'sent' }])
  on.relay.offline()
  await db.collections.messages.insert({ id: 'kept', text: 'x' }).isPersisted.promise
  await expect(on.relay.settled(db, { within: 5 })).rejects.toThrow('1 writes to be in the log')
})

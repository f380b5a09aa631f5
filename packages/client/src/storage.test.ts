import 'fake-indexeddb/auto'
import { expect, test } from 'vitest'
import { testLog } from './log/suite.ts'
import { testOutbox } from './outbox/suite.ts'
import { idbStorage, memoryStorage, openStorage } from './storage.ts'

let databases = 0
const now = () => 1_700_000_000_000
const fresh = async () => idbStorage(`test-${databases++}`, now)

testLog('memory', async () => memoryStorage(now))
testLog('IndexedDB', fresh)
testOutbox('memory', async () => memoryStorage(now))
testOutbox('IndexedDB', fresh)

test('what was saved is there after the database was closed and opened again', async () => {
  const name = `test-${databases++}`
  const id = 'http://relay/v1/stream/a'
  const before = idbStorage(name, now)
  await before.log.open(id, id)
  await before.outbox.add(id, [{ txid: 'a', items: ['1'] }])
  before.close()
  const after = idbStorage(name, now)
  expect((await after.outbox.list(id)).entries).toHaveLength(1)
  after.close()
})

test('destroying hands back what never left and leaves nothing', async () => {
  const name = `test-${databases++}`
  const id = 'http://relay/v1/stream/a'
  const storage = idbStorage(name, now)
  await storage.log.open(id, id)
  const item = '{"type":"message","key":"1","headers":{"operation":"insert"}}'
  await storage.outbox.add(id, [{ txid: 'a', items: [item] }])
  expect(await storage.destroy()).toMatchObject([
    { txid: 'a', stream: id, keys: [{ type: 'message', key: '1' }] },
  ])
  const next = idbStorage(name, now)
  expect(await next.log.all()).toEqual([])
  next.close()
})

test('where IndexedDB does not open, memory stands in and says so (G3)', async () => {
  const { open } = indexedDB
  indexedDB.open = () => {
    throw new DOMException('private window', 'SecurityError')
  }
  try {
    expect((await openStorage(undefined, 'private', now)).kind).toBe('memory')
  } finally {
    indexedDB.open = open
  }
})

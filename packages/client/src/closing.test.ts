import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createClient } from './client.ts'
import { storageOver } from './storage.ts'
import { idbStore } from './store/idb.ts'

const URL_ = 'http://relay.test/v1/stream/room'
const note = (key: string) => ({ type: 'note', key, value: {}, headers: { operation: 'insert' } })
const unreachable: typeof fetch = async () => {
  throw new TypeError('no network')
}

const rejections: unknown[] = []
const hear = (reason: unknown) => void rejections.push(reason)
beforeEach(() => void process.on('unhandledRejection', hear))
afterEach(() => {
  process.off('unhandledRejection', hear)
  expect(rejections.splice(0)).toEqual([])
})

/** A rejection that nobody has handled is reported when a turn is over. */
const turns = async (count: number) => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve))
}

test.each(Array.from({ length: 24 }, (_, turn) => turn))(
  'a handle and its client are closed %i turns into a write: it is saved, and nothing is left over',
  async (count) => {
    const database = `closing-${count}`
    const client = createClient({ storage: 'indexeddb', database, fetch: unreachable })
    const handle = client.stream(URL_)
    handle.subscribe(() => undefined)
    const saved = handle.append([note('a')], { txid: 'a' })
    await turns(count)
    await Promise.all([handle.close(), client.close(), saved])
    await turns(3)
    const storage = storageOver(idbStore(database), Date.now)
    expect((await storage.outbox.list(URL_)).entries).toMatchObject([{ txid: 'a' }])
    storage.close()
  },
)

test('a client is closed while its storage fails: whoever reads just ends', async () => {
  const indexed = globalThis.indexedDB
  Object.assign(globalThis, { indexedDB: undefined })
  try {
    const client = createClient({ storage: 'indexeddb', database: 'broken', fetch: unreachable })
    const handle = client.stream(URL_)
    handle.subscribe(() => undefined)
    while (handle.status.get().state !== 'waiting') await turns(1)
    await client.close()
    await turns(3)
  } finally {
    Object.assign(globalThis, { indexedDB: indexed })
  }
})

import 'fake-indexeddb/auto'
import { afterEach, expect, test, vi } from 'vitest'
import { type Client, createClient } from './client.ts'
import { storageOver } from './storage.ts'
import { idbStore } from './store/idb.ts'

const URL_ = 'http://relay.test/v1/stream/room'
const note = (key: string) => ({ type: 'note', key, value: {}, headers: { operation: 'insert' } })
const unreachable: typeof fetch = async () => {
  throw new TypeError('no network')
}

const clients: Client[] = []
afterEach(async () => {
  await Promise.all(clients.splice(0).map((client) => client.close()))
})

/** A tab of a user, which has saved a write that cannot be sent. */
async function tabOf(database: string, txid: string) {
  const client = createClient({ storage: 'indexeddb', database, fetch: unreachable })
  clients.push(client)
  const handle = client.stream(URL_)
  await handle.append([note(txid)], { txid })
  return { client, handle }
}

/** What a user's database holds: streams, and writes by their `txid`. */
async function heldBy(database: string) {
  const storage = storageOver(idbStore(database), Date.now)
  const { entries } = await storage.outbox.list(URL_)
  const streams = await storage.log.all()
  storage.close()
  return [...streams.map(({ url }) => url), ...entries.map(({ txid }) => txid)]
}

test('a user logs out: what never left is handed back, nothing is left, and another user’s is untouched (G8)', async () => {
  const first = await tabOf('user-a', 'a1')
  const second = await tabOf('user-a', 'a2')
  const other = await tabOf('user-b', 'b1')
  const { unsent } = await first.client.destroy()
  expect(unsent.map(({ txid }) => txid)).toEqual(['a1', 'a2'])
  // Other tabs of the user end too, before they could save anything again.
  await vi.waitFor(() => expect(second.handle.status.get().state).toBe('closed'), { timeout: 20_000 })
  await expect(second.handle.append([note('late')])).rejects.toMatchObject({ code: 'shut-down' })
  expect(await heldBy('user-a')).toEqual([])
  await other.handle.append([note('b2')], { txid: 'b2' })
  expect(await heldBy('user-b')).toEqual([URL_, 'b1', 'b2'])
})

test('while a user logs out no stream is opened: what it saved would be wiped unseen', async () => {
  const { client } = await tabOf('user-c', 'c1')
  const leaving = client.destroy()
  expect(() => client.stream(URL_)).toThrow(expect.objectContaining({ code: 'shut-down' }))
  await expect(client.resume()).rejects.toMatchObject({ code: 'shut-down' })
  expect((await leaving).unsent).toHaveLength(1)
})

test('a wipe that fails is told, leaves nothing open and can be tried again', async () => {
  const { client, handle } = await tabOf('user-d', 'd1')
  const failing = vi.spyOn(IDBObjectStore.prototype, 'clear').mockImplementation(() => {
    throw new DOMException('no', 'UnknownError')
  })
  await expect(client.destroy()).rejects.toMatchObject({ code: 'storage' })
  failing.mockRestore()
  expect(handle.status.get().state).toBe('closed')
  expect((await client.destroy()).unsent).toHaveLength(1)
  expect(await heldBy('user-d')).toEqual([])
})

import { createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'
export async function run({ relay, expect, thrown }) {



const todo = z.object({ id: z.string(), text: z.string() })
const state = createStateSchema({ todos: { schema: todo, type: 'todo', primaryKey: 'id' } })
const db = createStreamDB({ streamOptions: { url: 'https://example.org/v1/stream/writes' }, state })
await db.preload()

const tx = db.collections.todos.insert({ id: 'a', text: 'Mend the net' })
await tx.isPersisted.promise // saved: a crash does not lose it any more
await db.utils.awaitTxId(tx.id) // in everyone's log

relay.offline()

db.collections.todos.insert({ id: 'b', text: 'Dry the sails' })
await expect.poll(() => (db.pending.toArray.map(({ state, keys }) => [state, keys[0]?.key])), { timeout: 5_000, interval: 5 }).toEqual([['saved', 'b']])

relay.online()

await expect.poll(() => (db.pending.size), { timeout: 5_000, interval: 5 }).toEqual(0)

const both = db.transact(() => {
  db.collections.todos.insert({ id: 'c', text: 'Count the crew' })
  db.collections.todos.delete('a')
})
await db.utils.awaitTxId(both.id)
await expect.poll(() => (db.collections.todos.toArray.map(({ id }) => id)), { timeout: 5_000, interval: 5 }).toEqual(['b', 'c'])

const refused = () => db.collections.todos.insert({ id: '', text: 'No key' })
await expect.poll(() => (thrown(refused)?.code), { timeout: 5_000, interval: 5 }).toEqual('invalid-item')

relay.failNext({ status: 413, method: 'POST' })

const large = db.collections.todos.insert({ id: 'd', text: 'Too much for one boat' })
await expect.poll(() => (db.pending.toArray.map(({ state, error }) => [state, error?.code])), { timeout: 5_000, interval: 5 }).toEqual([['rejected', 'too-large']])
await expect.poll(() => (db.collections.todos.has('d')), { timeout: 5_000, interval: 5 }).toEqual(false)

await db.retry(large.id) // or: db.discard(large.id)
await expect.poll(() => (db.pending.size), { timeout: 5_000, interval: 5 }).toEqual(0)
await expect.poll(() => (db.collections.todos.has('d')), { timeout: 5_000, interval: 5 }).toEqual(true)

await db.close()

}

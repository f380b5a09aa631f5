import { createClient, createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'
export async function run({ relay, expect, thrown }) {



let token = 'first'
const client = createClient({
  database: 'ada', // one database for each user
  headers: { authorization: async () => `Bearer ${token}` },
})
const todo = z.object({ id: z.string(), text: z.string() })
const state = createStateSchema({ todos: { schema: todo, type: 'todo', primaryKey: 'id' } })
const db = createStreamDB({ client, streamOptions: { url: 'https://example.org/v1/stream/auth' }, state, create: 'on-open' })
await db.preload({ until: 'live' })

relay.refuseCredentials()
relay.dropTails()

await expect.poll(() => (db.status.get().state), { timeout: 5_000, interval: 5 }).toEqual('unauthorized')
db.collections.todos.insert({ id: 'a', text: 'Kept' })
await expect.poll(() => (db.pending.size), { timeout: 5_000, interval: 5 }).toEqual(1)

relay.acceptCredentials()

token = 'second'
await db.retry()
await expect.poll(() => (db.pending.size), { timeout: 5_000, interval: 5 }).toEqual(0)
await expect.poll(() => (db.status.get().state), { timeout: 5_000, interval: 5 }).toEqual('live')

const { unsent } = await client.destroy()
await expect.poll(() => (unsent.length), { timeout: 5_000, interval: 5 }).toEqual(0)

}

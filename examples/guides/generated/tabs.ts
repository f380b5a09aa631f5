import { createClient, createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'
export async function run({ relay, expect, thrown }) {



const todo = z.object({ id: z.string(), text: z.string() })
const state = createStateSchema({ todos: { schema: todo, type: 'todo', primaryKey: 'id' } })
const tab = () => {
  const client = createClient({ database: 'ada' })
  const db = createStreamDB({ client, streamOptions: { url: 'https://example.org/v1/stream/tabs' }, state })
  return { client, db }
}

const [one, two] = [tab(), tab()]
await Promise.all([one.db.preload(), two.db.preload()])

relay.offline()

one.db.collections.todos.insert({ id: 'a', text: 'Written in one' })
await expect.poll(() => (two.db.collections.todos.get('a')?.text), { timeout: 5_000, interval: 5 }).toEqual('Written in one')
await expect.poll(() => (two.db.pending.size), { timeout: 5_000, interval: 5 }).toEqual(1)

relay.online()

await expect.poll(() => (two.db.pending.size), { timeout: 5_000, interval: 5 }).toEqual(0)

const { unsent } = await one.client.destroy()
await expect.poll(() => (unsent.length), { timeout: 5_000, interval: 5 }).toEqual(0)

await two.db.close()
await two.client.close()

}

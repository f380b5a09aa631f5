import { createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'
export async function run({ relay, expect, thrown }) {



const todo = z.object({ id: z.string(), text: z.string() })
const state = createStateSchema({ todos: { schema: todo, type: 'todo', primaryKey: 'id' } })
const open = () => createStreamDB({ streamOptions: { url: 'https://example.org/v1/stream/offline-start' }, state })

const db = open()
await db.preload()
const { id } = db.collections.todos.insert({ id: 'a', text: 'Mend the net' })
await db.utils.awaitTxId(id)

relay.offline()
relay.requests.length = 0

await db.close()
const again = open()
await again.preload()
await expect.poll(() => (again.collections.todos.toArray.map(({ text }) => text)), { timeout: 5_000, interval: 5 }).toEqual(['Mend the net'])
await expect.poll(() => (again.status.get().synced), { timeout: 5_000, interval: 5 }).toEqual(true)

const fresh = createStreamDB({ streamOptions: { url: 'https://example.org/v1/stream/never-seen' }, state })
await fresh.preload()
await expect.poll(() => (fresh.status.get().synced), { timeout: 5_000, interval: 5 }).toEqual(false)
fresh.collections.todos.insert({ id: 'b', text: 'Written at sea' })
await expect.poll(() => (fresh.pending.toArray.map(({ state }) => state)), { timeout: 5_000, interval: 5 }).toEqual(['saved'])

relay.online()

await expect.poll(() => (fresh.pending.size), { timeout: 5_000, interval: 5 }).toEqual(0)

await again.close()
await fresh.close()

}

import { arrival, createClient, createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'
export async function run({ relay, expect, thrown }) {



const client = createClient()
const open = (longest: number) => {
  const todo = z.object({ id: z.string(), text: z.string().max(longest) })
  const state = createStateSchema({ todos: { schema: todo, type: 'todo', primaryKey: 'id' } })
  return createStreamDB({ client, streamOptions: { url: 'https://example.org/v1/stream/items-that-fail' }, state })
}
const todo = (operation: string, text: string) => ({
  type: 'todo',
  key: 'a',
  value: { id: 'a', text },
  headers: { operation },
})

await relay.append('items-that-fail', [todo('insert', 'short'), 'no item at all', todo('update', 'far too long')])

const db = open(5)
await db.preload()
await expect.poll(() => (db.collections.todos.get('a')?.text), { timeout: 5_000, interval: 5 }).toEqual('short')
await expect.poll(() => (db.issues.toArray.map(({ reason, ordinal }) => [reason, ordinal])), { timeout: 5_000, interval: 5 }).toEqual([['malformed', 1], ['schema', 2]])

relay.offline()

await db.close()
const next = open(100)
await next.preload()
await expect.poll(() => (next.collections.todos.get('a')?.text), { timeout: 5_000, interval: 5 }).toEqual('far too long')
await expect.poll(() => (next.issues.size), { timeout: 5_000, interval: 5 }).toEqual(1)

const before = await next.at(2) // of the first two items
await expect.poll(() => (before.collections.todos.get('a')?.text), { timeout: 5_000, interval: 5 }).toEqual('short')
await expect.poll(() => (before.count), { timeout: 5_000, interval: 5 }).toEqual(2)

await expect.poll(() => (arrival(next.collections.todos.get('a') ?? {})), { timeout: 5_000, interval: 5 }).toEqual(0)

await next.close()
await client.close()

}

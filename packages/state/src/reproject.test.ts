import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { createStateSchema, createStreamDB, type Folds, type StateSchema } from './index.ts'
import { arrival, contentOf } from './row.ts'
import { chat, item } from './testing/chat.ts'
import { type Harness, harness } from './testing/harness.ts'

let on: Harness
beforeEach(() => {
  on = harness('indexeddb')
})
afterEach(() => on.end())

const delta = (value: string) => ({ type: 'delta', key: 'a', value, headers: { operation: 'insert' } })

/**
 * The rows that a reload makes of the log on disk, with this build's schema and folds. What the loop asks for beside
 * it is never answered, and is no item that the disk has.
 */
async function reload<TState extends StateSchema<typeof chat>>(state: TState, folds: Folds<TState> = {}) {
  const asked: string[] = []
  const fetch = (input: RequestInfo | URL) => {
    asked.push(new URL(input instanceof Request ? input.url : input).searchParams.get('offset') ?? '')
    return new Promise<Response>(() => undefined)
  }
  const client = on.client({ database: 'one-disk', fetch })
  const db = createStreamDB({ streamOptions: { url: on.relay.url('room') }, client, state, folds })
  await db.preload()
  const rows = db.collections.messages.toArray.map((row) => ({ ...contentOf(row), _seq: arrival(row) }))
  const issues = db.issues.toArray.map(({ reason, ordinal }) => [reason, ordinal])
  for (const offset of asked) expect(offset).toBe(db.offset)
  await db.close()
  await client.close()
  return { rows, issues }
}

test('another schema, fold or key rebuilds all rows from the log on disk, and asks the relay for none of it (wish 20)', async () => {
  const odd = { ...item('insert', 'b', 'odd'), value: { id: 'b', body: 'only this build knows' } }
  await on.relay.append('room', [item('insert', 'a', 'x'), delta('y'), odd, delta('z')])
  const client = on.client({ database: 'one-disk' })
  const first = on.open({ client })
  await first.preload({ until: 'live' })
  await first.close()
  await client.close()

  const plain = await reload(chat)
  expect(plain.rows).toEqual([{ id: 'a', text: 'x', _seq: 0 }])
  expect(plain.issues).toEqual([
    ['unknown-type', 1],
    ['schema', 2],
  ])

  const append: Folds<typeof chat> = {
    delta: { into: 'messages', apply: (row, value) => ({ ...row, text: row.text + value }) },
  }
  expect((await reload(chat, append)).rows).toEqual([{ id: 'a', text: 'xyz', _seq: 0 }])
  const shout: Folds<typeof chat> = {
    delta: { into: 'messages', apply: (row, value) => ({ ...row, text: `${row.text}${value}!` }) },
  }
  expect((await reload(chat, shout)).rows).toEqual([{ id: 'a', text: 'xy!z!', _seq: 0 }])

  const wider = z.object({ id: z.string(), text: z.string().default(''), body: z.string().optional() })
  const taken = await reload(
    createStateSchema({ ...chat, messages: { ...chat.messages, schema: wider } }) as never,
  )
  expect(taken.rows).toMatchObject([{ id: 'a' }, { id: 'b', body: 'only this build knows', _seq: 2 }])
  expect(taken.issues).toEqual([['unknown-type', 1]])

  const named = z.object({ name: z.string(), id: z.string(), text: z.string() })
  const keyed = createStateSchema({
    ...chat,
    messages: { ...chat.messages, schema: named, primaryKey: 'name' },
  })
  expect((await reload(keyed as never)).rows).toEqual([{ name: 'a', id: 'a', text: 'x', _seq: 0 }])
  expect(await reload(chat)).toEqual(plain)
})

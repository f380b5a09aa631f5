import { createClient } from '@strandline/client'
import { createLiveQueryCollection, createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'

/** A database at its tail, with writes that wait and a query for the newest 50. */
export interface Waiting {
  /** Writes `count` rows, one after another, each until it is saved and shown. */
  write(count: number): Promise<void>
  /** Resolves when `count` rows of others are shown. */
  shown(count: number): Promise<void>
  close(): Promise<void>
}

declare global {
  var waiting: Waiting | undefined
  /** Opens a database of the stream at `url`, in which `count` writes wait. */
  var openWaiting: (count: number, url: string) => Promise<void>
}

const schema = createStateSchema({
  messages: {
    schema: z.object({ id: z.string(), at: z.number(), text: z.string() }),
    type: 'message',
    primaryKey: 'id',
  },
})

globalThis.openWaiting = async (count, url) => {
  await globalThis.waiting?.close()
  const client = createClient({
    database: `waiting-${crypto.randomUUID()}`,
    fetch: async (input, init) =>
      init?.method === 'POST'
        ? new Response(null, { status: 503, headers: { 'retry-after': '600' } })
        : fetch(input, init),
  })
  const db = createStreamDB({ streamOptions: { url }, state: schema, client })
  const { messages } = db.collections
  await db.preload({ until: 'live' })
  createLiveQueryCollection({
    startSync: true,
    query: (q) =>
      q
        .from({ message: messages })
        .orderBy(({ message }) => message.at, 'desc')
        .limit(50),
  }).subscribeChanges(() => undefined)

  let mine = 0
  const row = () => {
    mine += 1
    return { id: `mine-${mine}`, at: Date.now(), text: `message ${mine}` }
  }
  await Promise.all(Array.from({ length: count }, () => messages.insert(row()).isPersisted.promise))
  globalThis.waiting = {
    async write(more) {
      for (let n = 0; n < more; n++) await messages.insert(row()).isPersisted.promise
    },
    shown: (total) =>
      new Promise((resolve) => {
        const look = () => {
          if (messages.size - mine >= total) resolve()
        }
        messages.subscribeChanges(look)
        look()
      }),
    async close() {
      await db.close()
      await client.destroy()
    },
  }
}

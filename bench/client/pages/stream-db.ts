import { createStateSchema } from '@durable-streams/state'
import { createStreamDB } from '@durable-streams/state/db'
import { contend } from './contender.ts'
import { schema, streamUrl } from './schema.ts'

const { type, primaryKey, schema: row } = schema.messages

contend({
  async open() {
    const state = createStateSchema({ messages: { type, primaryKey, schema: row } })
    const db = createStreamDB({
      streamOptions: { url: streamUrl(), contentType: 'application/json' },
      state,
    })
    await db.preload()
    return db.collections.messages.size
  },
})

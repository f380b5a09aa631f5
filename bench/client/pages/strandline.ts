import { createClient, createStreamDB } from '@strandline/state'
import { contend } from './contender.ts'
import { schema, streamUrl } from './schema.ts'

const query = new URLSearchParams(location.search)

contend({
  async open() {
    const client = createClient({ storage: 'indexeddb', database: query.get('database') ?? 'strandline' })
    const db = createStreamDB({ client, state: schema, streamOptions: { url: streamUrl() } })
    await db.preload({ until: query.has('live') ? 'live' : 'local' })
    return db.collections.messages.size
  },
})

import { createClient, createLiveQueryCollection, createStreamDB } from '@strandline/state'
import { schema, streamUrl } from './schema.ts'

declare global {
  /** Length of the growing text as the query shows it. */
  var shownLength: () => number
  /** Times that the query has told of something new. */
  var tellings: number
  var opened: Promise<void>
}

/** The newest 50, while one of them grows by deltas. */
const db = createStreamDB({
  client: createClient({ storage: 'indexeddb' }),
  state: schema,
  folds: {
    'message.delta': {
      into: 'messages',
      apply: (row, delta) => ({ ...row, text: row.text + String(delta) }),
    },
  },
  streamOptions: { url: streamUrl() },
})
globalThis.tellings = 0
globalThis.opened = open()

async function open(): Promise<void> {
  await db.preload({ until: 'live' })
  const newest = createLiveQueryCollection((q) =>
    q
      .from({ message: db.collections.messages })
      .orderBy(({ message }) => message.ts, 'desc')
      .limit(50),
  )
  newest.subscribeChanges(() => {
    globalThis.tellings += 1
  })
  await newest.preload()
  globalThis.shownLength = () => newest.get('grows')?.text.length ?? 0
}

import { createClient, createLiveQueryCollection, createStreamDB } from '@strandline/state'
import { schema, streamUrl } from './schema.ts'

export interface LiveQueryFigures {
  /** Milliseconds from the query to its first result, all rows being there. */
  readonly first: number
  /** Milliseconds from an item of another client at hand to the query's new result; medians of 20. */
  readonly update: number
}

declare global {
  var liveQuery: Promise<LiveQueryFigures>
  /** Another client says one thing more. */
  var sayMore: (id: string) => Promise<void>
}

globalThis.liveQuery = measure()

async function measure(): Promise<LiveQueryFigures> {
  let arrived = 0
  const db = createStreamDB({
    client: createClient({ storage: 'indexeddb' }),
    state: schema,
    streamOptions: { url: streamUrl() },
    onBeforeBatch: () => {
      arrived = performance.now()
    },
  })
  await db.preload({ until: 'live' })
  const began = performance.now()
  const newest = createLiveQueryCollection((q) =>
    q
      .from({ message: db.collections.messages })
      .orderBy(({ message }) => message.ts, 'desc')
      .limit(50),
  )
  await newest.preload()
  const first = performance.now() - began
  if (newest.size !== 50) throw new Error(`the query shows ${newest.size} rows, not 50`)
  const updates: number[] = []
  for (let n = 0; n < 20; n++) {
    const changed = new Promise<number>((resolve) => {
      const { unsubscribe } = newest.subscribeChanges(() => {
        resolve(performance.now() - arrived)
        unsubscribe()
      })
    })
    await globalThis.sayMore(`live-${Date.now()}-${n}`)
    updates.push(await changed)
  }
  return { first, update: updates.toSorted((a, b) => a - b)[10] ?? Number.NaN }
}

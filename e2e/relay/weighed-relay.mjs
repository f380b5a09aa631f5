// A relay in a process of its own that says on request what it holds in memory after a full collection.
import { createRelay } from '@strandline/relay'
import { lmdbStore } from '@strandline/relay/lmdb'
import { serve } from '@strandline/relay/node'

const news = []
const relay = createRelay({
  store: lmdbStore({ path: process.argv[2] }),
  limits: { tailStall: 4000 },
  report: (one) => news.push(one),
})
const { url } = await serve(relay, { port: 0, host: '127.0.0.1' })

// `external` has the array buffers in it.
process.on('message', () => {
  global.gc()
  const { external, heapUsed } = process.memoryUsage()
  process.send({ bytes: external + heapUsed, tails: relay.stats().tails, news })
})
process.on('disconnect', () => process.exit())
process.send({ url })

// One server under test, in a process of its own: tells its URL, then answers each message with its usage.

import { DurableStreamTestServer } from '@durable-streams/server'
import { serve as serveHono } from '@hono/node-server'
import { createRelay } from '@strandline/relay'
import { lmdbStore } from '@strandline/relay/lmdb'
import { memoryStore } from '@strandline/relay/memory'
import { serve } from '@strandline/relay/node'
import { Hono } from 'hono'

const [kind, folder] = process.argv.slice(2)
const host = '127.0.0.1'

async function relay(store) {
  const { url } = await serve(createRelay({ store }), { port: 0, host })
  return url
}

async function reference(dataDir) {
  const server = new DurableStreamTestServer({ port: 0, host, ...(dataDir && { dataDir }) })
  return server.start()
}

function bare() {
  const app = new Hono()
  app.all('*', async (c) => {
    await c.req.arrayBuffer()
    return c.body(null, 204)
  })
  return new Promise((resolve) => {
    serveHono({ fetch: app.fetch, port: 0, hostname: host }, ({ port }) => resolve(`http://${host}:${port}`))
  })
}

const start = {
  'relay on lmdb': () => relay(lmdbStore({ path: folder })),
  'relay in memory': () => relay(memoryStore()),
  'reference on files': () => reference(folder),
  'reference in memory': () => reference(),
  'bare hono': bare,
}[kind]

process.on('message', () => {
  global.gc?.()
  global.gc?.()
  const { user, system } = process.cpuUsage()
  process.send({ ...process.memoryUsage(), cpu: (user + system) / 1000 })
})
process.on('disconnect', () => process.exit(0))
process.send({ url: await start() })

// One server under test, in a process of its own: tells its URL, then answers each message with what it uses.

import { createServer } from 'node:http'
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

/** What an append costs at least: its body read, an answer without one. */
function http() {
  const server = createServer((incoming, outgoing) => {
    incoming.on('data', () => {})
    incoming.on('end', () => outgoing.writeHead(204).end())
  })
  return listen(server)
}

function listen(server) {
  return new Promise((resolve) =>
    server.listen(0, host, () => resolve(`http://${host}:${server.address().port}`)),
  )
}

/** What the tails of a stream cost at least: one frame, made once, written to every open answer. */
function loop() {
  const answers = new Set()
  const server = createServer((incoming, outgoing) => {
    if (incoming.method !== 'GET') {
      let body = ''
      incoming.on('data', (chunk) => {
        body += chunk
      })
      incoming.on('end', () => {
        if (body)
          for (const answer of answers)
            answer.write(`event: data\ndata:${body}\n\nevent: control\ndata:{}\n\n`)
        outgoing.writeHead(204).end()
      })
      return
    }
    answers.add(outgoing)
    outgoing.writeHead(200, { 'Content-Type': 'text/event-stream' })
    outgoing.write('event: control\ndata:{"upToDate":true}\n\n')
    outgoing.on('close', () => answers.delete(outgoing))
  })
  return listen(server)
}

const start = {
  'relay on lmdb': () => relay(lmdbStore({ path: folder })),
  'relay in memory': () => relay(memoryStore()),
  'reference on files': () => reference(folder),
  'reference in memory': () => reference(),
  'bare hono': bare,
  'bare http': http,
  'bare loop': loop,
}[kind]

process.on('message', (asked) => {
  if (asked === 'cpu') {
    const { user, system } = process.cpuUsage()
    process.send((user + system) / 1000)
    return
  }
  global.gc?.()
  global.gc?.()
  process.send(process.memoryUsage())
})
process.on('disconnect', () => process.exit(0))
process.send({ url: await start() })

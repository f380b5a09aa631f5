import { connect } from 'node:net'
import { openConnection, post, put } from './http.mjs'
import { quantile } from './measure.mjs'

const TAILS = 1000
const EVERY_MS = 200

/** Opens raw SSE tails; `onData(chunk)` of each is called with what arrives. */
export async function openTails(url, path, count, onData = () => {}) {
  const { hostname, port } = new URL(url)
  const opened = Array.from({ length: count }, async () => {
    const socket = connect({ host: hostname, port: Number(port) })
    socket.setEncoding('latin1')
    socket.on('error', () => {})
    socket.write(`GET ${path}?offset=now&live=sse HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    await new Promise((resolve) => {
      socket.on('data', (chunk) => {
        if (chunk.includes('upToDate')) resolve()
        onData(chunk)
      })
    })
    return socket
  })
  const sockets = await Promise.all(opened)
  return () => {
    for (const socket of sockets) socket.destroy()
  }
}

/** Delivery times in ms, from the sending of an append to its arrival at each of 1,000 tails of one stream. */
export async function delivery({ url }, appends) {
  const path = '/v1/stream/tails'
  await put(url + path)
  const times = []
  const close = await openTails(url, path, TAILS, (chunk) => {
    for (const [, sent] of chunk.matchAll(/"sent":([\d.]+)/g)) times.push(performance.now() - Number(sent))
  })
  const connection = await openConnection(url)
  for (let i = 0; i < appends; i++) {
    const next = new Promise((resolve) => setTimeout(resolve, EVERY_MS))
    await connection.send(post(path, `[{"sent":${performance.now()},"pad":"${'x'.repeat(150)}"}]`))
    await next
  }
  connection.close()
  for (let wait = 0; wait < 50 && times.length < TAILS * appends; wait++) {
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  close()
  if (times.length < TAILS * appends) throw new Error(`${times.length} of ${TAILS * appends} deliveries`)
  const warm = times.slice(TAILS * 3)
  return { p50: quantile(warm, 0.5), p99: quantile(warm, 0.99) }
}

import { openConnection, post, put } from './http.mjs'

const IN_FLIGHT = 32
const WARM_MS = 3000
const item = JSON.stringify({ text: 'x'.repeat(189) })

/**
 * Appends per second over `streams` streams with 32 requests in flight, after some seconds of warming up, and
 * the server's CPU time for one, in microseconds: the figure that other load on the machine disturbs least.
 */
export async function appendRate({ cpu, url }, streams, ms) {
  const paths = Array.from({ length: streams }, (_, i) => `/v1/stream/append-${i}`)
  for (const path of paths) await put(url + path)
  const requests = paths.map((path) => post(path, `[${item}]`))
  const connections = await Promise.all(Array.from({ length: IN_FLIGHT }, () => openConnection(url)))
  let answered = 0
  let stopped = false
  const work = connections.map(async (connection, i) => {
    for (let n = i; !stopped; n++) {
      const status = await connection.send(requests[n % streams])
      if (status !== 204 && status !== 200) throw new Error(`an append was answered ${status}`)
      answered++
    }
  })
  await sleep(WARM_MS)
  const before = await cpu()
  const [from, began] = [answered, performance.now()]
  await sleep(ms)
  const done = answered - from
  const rate = (done * 1000) / (performance.now() - began)
  const used = (await cpu()) - before
  stopped = true
  await Promise.all(work)
  for (const connection of connections) connection.close()
  return { rate, cpu: (used * 1000) / done }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

import { put } from './http.mjs'
import { openTails } from './tails.mjs'

const TAILS = 1000
const STREAMS = 5000
const CYCLES = 10_000
const BATCH = 200

/** `external` has the array buffers in it. */
async function held({ usage }) {
  const { external, heapUsed } = await usage()
  return external + heapUsed
}

/** Bytes held per idle tail and per idle stream, and what 10,000 tails that come and go leave behind, in all. */
export async function memory(server) {
  const path = '/v1/stream/idle'
  await put(server.url + path)
  ;(await openTails(server.url, path, TAILS))()
  await settled()
  const empty = await held(server)
  const close = await openTails(server.url, path, TAILS)
  const perTail = ((await held(server)) - empty) / TAILS
  close()
  await settled()
  const before = await held(server)
  for (let done = 0; done < CYCLES; done += BATCH) (await openTails(server.url, path, BATCH))()
  await settled()
  const left = (await held(server)) - before
  for (let i = 0; i < STREAMS; i++) await put(`${server.url}/v1/stream/idle-${i}`)
  await idle()
  const perStream = ((await held(server)) - before - left) / STREAMS
  return { perTail, perStream, left }
}

/** What was written a moment ago may wait in memory for a second. */
const idle = () => new Promise((resolve) => setTimeout(resolve, 2000))
const settled = () => new Promise((resolve) => setTimeout(resolve, 500))

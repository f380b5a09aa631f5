import { openConnection, post, put } from './http.mjs'

const MB = 1e6
const SIZE = 100 * MB

/** MB per second of reading 100 MB from the start, page by page, and what the server's memory grew by meanwhile. */
export async function catchUp({ anonymous, url, usage }) {
  const path = '/v1/stream/long'
  await put(url + path)
  const connection = await openConnection(url)
  const item = JSON.stringify({ text: 'x'.repeat(189) })
  const body = `[${Array.from({ length: MB / (item.length + 1) }, () => item).join()}]`
  for (let written = 0; written < SIZE; written += body.length) await connection.send(post(path, body))
  connection.close()
  await usage()
  const before = await anonymous()
  let peak = 0
  const watch = setInterval(async () => {
    peak = Math.max(peak, await anonymous())
  }, 50)
  const began = performance.now()
  let read = 0
  for (let offset = '-1'; ; ) {
    const page = await fetch(`${url}${path}?offset=${offset}`)
    for await (const chunk of page.body) read += chunk.length
    offset = page.headers.get('Stream-Next-Offset')
    if (page.headers.has('Stream-Up-To-Date')) break
  }
  const seconds = (performance.now() - began) / 1000
  clearInterval(watch)
  return { rate: read / MB / seconds, grown: Math.max(0, peak - before) }
}

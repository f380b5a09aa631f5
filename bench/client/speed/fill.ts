import type { ChatRow } from './rows.ts'
import { itemOf } from './rows.ts'

const json = { 'content-type': 'application/json' }

/** Appends to a stream, made where it is not there yet. */
export async function append(url: string, items: readonly object[]): Promise<void> {
  const post = () => fetch(url, { method: 'POST', headers: json, body: JSON.stringify(items) })
  let answer = await post()
  if (answer.status === 404) {
    await fetch(url, { method: 'PUT', headers: json })
    answer = await post()
  }
  if (!answer.ok) throw new Error(`append: ${answer.status} ${await answer.text()}`)
  await answer.body?.cancel()
}

/** Puts rows on a relay, as an import would. */
export async function publish(url: string, rows: readonly ChatRow[]): Promise<void> {
  for (let at = 0; at < rows.length; at += 1_000) await append(url, rows.slice(at, at + 1_000).map(itemOf))
}

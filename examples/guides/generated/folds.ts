import { createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'
export async function run({ relay, expect, thrown }) {



const message = z.object({
  id: z.string(),
  text: z.string(),
  parts: z.number().default(0), // pieces in `text`
  status: z.enum(['streaming', 'incomplete', 'done']),
})
const delta = z.object({ n: z.number(), text: z.string() })

const state = createStateSchema({ messages: { schema: message, type: 'message', primaryKey: 'id' } })
const db = createStreamDB({
  streamOptions: { url: 'https://example.org/v1/stream/folds' },
  state,
  create: 'on-open',
  folds: {
    'message.delta': {
      into: 'messages',
      apply: (row, value) => {
        const { n, text } = delta.parse(value)
        if (n < row.parts) return { ...row } // a writer's retry: it is in there
        if (n > row.parts) return { ...row, status: 'incomplete' as const } // one is missing
        return { ...row, text: row.text + text, parts: n + 1 }
      },
    },
  },
})
await db.preload({ until: 'live' })
const shown = () => {
  const { text, status } = db.collections.messages.get('m') ?? {}
  return [text, status]
}

const piece = (n: number, text: string) => ({
  type: 'message.delta',
  key: 'm',
  value: { n, text },
  headers: { operation: 'insert' },
})
const row = (text: string, parts: number, status: string) => ({
  type: 'message',
  key: 'm',
  value: { id: 'm', text, parts, status },
  headers: { operation: 'upsert' },
})
const append = (...items: object[]) =>
  fetch('https://example.org/v1/stream/folds', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(items),
  })

await append(row('', 0, 'streaming'))
await append(piece(0, 'Fair '), piece(1, 'winds'))
await expect.poll(() => (shown()), { timeout: 5_000, interval: 5 }).toEqual(['Fair winds', 'streaming'])

await append(piece(1, 'winds'))
await append(piece(3, ' seas'))
await expect.poll(() => (shown()), { timeout: 5_000, interval: 5 }).toEqual(['Fair winds', 'incomplete'])

await append(row('Fair winds and following seas', 4, 'done'))
await expect.poll(() => (shown()), { timeout: 5_000, interval: 5 }).toEqual(['Fair winds and following seas', 'done'])

await db.close()

}

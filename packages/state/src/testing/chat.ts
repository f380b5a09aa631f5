import { z } from 'zod'
import { createStateSchema } from '../schema.ts'

const message = z.object({ id: z.string(), text: z.string(), note: z.string().optional() })
const user = z.object({ id: z.string(), name: z.string() })

/** What most tests project into. */
export const chat = createStateSchema({
  messages: { schema: message, type: 'message', primaryKey: 'id', indexes: ['text'] },
  users: { schema: user, type: 'user', primaryKey: 'id' },
})

type Operation = 'insert' | 'update' | 'upsert' | 'delete'

/** An item about a message, as a relay would give it. */
export function item(operation: Operation, id: string, text?: string, headers: object = {}) {
  const value = text === undefined ? {} : { value: { id, text } }
  return { type: 'message', key: id, ...value, headers: { operation, ...headers } }
}

/** The rows of a collection without what is not theirs. */
export function texts(collection: { readonly toArray: readonly { id: string; text: string }[] }): string[] {
  return collection.toArray.map(({ id, text }) => `${id}:${text}`)
}

import { createClient, createStateSchema, createStreamDB } from '@strandline/state'
import { z } from 'zod'

const list = z.object({ id: z.string(), title: z.string() })
const person = z.object({ id: z.string(), name: z.string() })
const todo = z.object({
  id: z.string(),
  list: z.string(),
  owner: z.string(),
  text: z.string(),
  done: z.boolean().default(false),
})

const client = createClient({ database: 'todos-tutorial' })

export const lists = createStreamDB({
  client,
  create: 'on-open',
  streamOptions: { url: '/v1/stream/tutorial/lists' },
  state: createStateSchema({ lists: { schema: list, type: 'list', primaryKey: 'id' } }),
})
export const people = createStreamDB({
  client,
  create: 'on-open',
  streamOptions: { url: '/v1/stream/tutorial/people' },
  state: createStateSchema({ people: { schema: person, type: 'person', primaryKey: 'id' } }),
})
export const todos = createStreamDB({
  client,
  create: 'on-open',
  streamOptions: { url: '/v1/stream/tutorial/todos' },
  state: createStateSchema({ todos: { schema: todo, type: 'todo', primaryKey: 'id' } }),
})

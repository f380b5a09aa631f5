import { createStateSchema, createStreamDB } from '@strandline/state'
import { StreamDBProvider, useLiveQuery, useStreamDB, useStreamStatus } from '@strandline/state/react'
import { z } from 'zod'

const todo = z.object({ id: z.string(), text: z.string(), done: z.boolean() })
const state = createStateSchema({ todos: { schema: todo, type: 'todo', primaryKey: 'id' } })
const openList = () => createStreamDB({ streamOptions: { url: '/v1/stream/todos' }, state })

function Todos() {
  const db = useStreamDB<typeof state>()
  const { data: todos } = useLiveQuery((q) => q.from({ todo: db.collections.todos }))
  const add = () =>
    db.collections.todos.insert({ id: crypto.randomUUID(), text: 'Mend the net', done: false })
  return (
    <section aria-label={useStreamStatus(db).state}>
      {todos.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
      <button type="button" onClick={add}>
        Add
      </button>
    </section>
  )
}

export const App = () => (
  <StreamDBProvider create={openList}>
    <Todos />
  </StreamDBProvider>
)

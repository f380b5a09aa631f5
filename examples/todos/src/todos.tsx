import { arrival, eq } from '@strandline/state'
import { useLiveQuery, usePendingWrites } from '@strandline/state/react'
import { lists, people, todos } from './streams.ts'

export function Todos() {
  const { data } = useLiveQuery((q) =>
    q
      .from({ todo: todos.collections.todos })
      .innerJoin({ list: lists.collections.lists }, ({ todo, list }) => eq(todo.list, list.id))
      .leftJoin({ owner: people.collections.people }, ({ todo, owner }) => eq(todo.owner, owner.id))
      .orderBy(({ todo }) => arrival(todo))
      .select(({ todo, list, owner }) => ({
        id: todo.id,
        text: todo.text,
        done: todo.done,
        list: list.title,
        owner: owner?.name,
      })),
  )
  const waiting = new Map(
    usePendingWrites(todos).flatMap(({ keys, state }) => keys.map(({ key }) => [key, state])),
  )
  const toggle = (id: string) =>
    todos.collections.todos.update(id, (draft) => {
      draft.done = !draft.done
    })
  return (
    <ul>
      {data.map(({ id, text, done, list, owner }) => (
        <li key={id}>
          <label>
            <input type="checkbox" checked={done} onChange={() => toggle(id)} />
            {list}: {text} ({owner ?? 'nobody'})
          </label>{' '}
          <small>{waiting.get(id) ?? "in everyone's log"}</small>
        </li>
      ))}
    </ul>
  )
}

import { useLiveQuery } from '@strandline/state/react'
import { lists, people, todos } from './streams.ts'

export function NewTodo() {
  const { data: allLists } = useLiveQuery(lists.collections.lists)
  const { data: everyone } = useLiveQuery(people.collections.people)
  const add = (form: FormData) => {
    const [list = '', owner = '', text = ''] = ['list', 'owner', 'text'].map((name) => String(form.get(name)))
    if (text) todos.collections.todos.insert({ id: crypto.randomUUID(), list, owner, text })
  }
  return (
    <form action={add}>
      <select name="list" aria-label="List">
        {allLists.map(({ id, title }) => (
          <option key={id} value={id}>
            {title}
          </option>
        ))}
      </select>
      <select name="owner" aria-label="Owner">
        {everyone.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
      <input name="text" aria-label="What is to be done" />
      <button type="submit">Add</button>
    </form>
  )
}

import { createRoot } from 'react-dom/client'
import { Badge } from './badge.tsx'
import { NewTodo } from './new-todo.tsx'
import { lists, people, todos } from './streams.ts'
import { Todos } from './todos.tsx'

await Promise.all([lists.preload(), people.preload(), todos.preload()])

if (lists.collections.lists.size === 0) lists.collections.lists.insert({ id: 'boat', title: 'Boat' })
if (people.collections.people.size === 0)
  people.transact(() => {
    people.collections.people.insert({ id: 'ada', name: 'Ada' })
    people.collections.people.insert({ id: 'bo', name: 'Bo' })
  })

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <>
      <Badge />
      <NewTodo />
      <Todos />
    </>,
  )

import { createStateSchema, createStreamDB } from '@strandline/state'
import { StreamDBProvider, useLiveQuery, useStreamDB } from '@strandline/state/react'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'

const note = z.object({ id: z.string(), text: z.string() })
const state = createStateSchema({ notes: { schema: note, type: 'note', primaryKey: 'id' } })
const open = () => createStreamDB({ streamOptions: { url: '/v1/stream/notes' }, state })

function Notes() {
  const { notes } = useStreamDB<typeof state>().collections
  const { data } = useLiveQuery((q) => q.from({ note: notes }))
  const add = (form: FormData) =>
    void notes.insert({ id: crypto.randomUUID(), text: String(form.get('text')) })
  return (
    <form action={add}>
      <input name="text" aria-label="New note" />
      <ul>
        {data.map(({ id, text }) => (
          <li key={id}>{text}</li>
        ))}
      </ul>
    </form>
  )
}

const root = document.getElementById('root')
if (root)
  createRoot(root).render(
    <StreamDBProvider create={open}>
      <Notes />
    </StreamDBProvider>,
  )

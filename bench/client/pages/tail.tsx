import { createClient, createStreamDB } from '@strandline/state'
import { StreamDBProvider, useLiveQuery, useStreamDB } from '@strandline/state/react'
import { createRoot } from 'react-dom/client'
import { schema, streamUrl } from './schema.ts'
import { watchRows } from './watch-rows.ts'

const root = document.getElementById('root')
const client = createClient({ storage: 'indexeddb' })
const create = () => createStreamDB({ client, state: schema, streamOptions: { url: streamUrl() } })

watchRows()
if (root)
  createRoot(root).render(
    <StreamDBProvider create={create}>
      <Rows />
    </StreamDBProvider>,
  )

function Rows() {
  const db = useStreamDB<typeof schema>()
  const { data } = useLiveQuery((q) =>
    q
      .from({ message: db.collections.messages })
      .orderBy(({ message }) => message.ts, 'desc')
      .limit(50),
  )
  return (
    <ol>
      {data.map(({ id, text }) => (
        <li key={id} id={id}>
          {text}
        </li>
      ))}
    </ol>
  )
}

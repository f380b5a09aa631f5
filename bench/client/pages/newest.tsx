import { createClient, createStreamDB } from '@strandline/state'
import { StreamDBProvider, useLiveQuery, useStreamDB } from '@strandline/state/react'
import { useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { contend } from './contender.ts'
import { schema, streamUrl } from './schema.ts'

const SHOWN = 50
const root = document.getElementById('root')

/** From a fresh page to the newest rows as pixels: the frame that holds them has begun to be painted. */
contend({
  open: () =>
    new Promise((resolve) => {
      const client = createClient({ storage: 'indexeddb' })
      const create = () => createStreamDB({ client, state: schema, streamOptions: { url: streamUrl() } })
      const shown = (rows: number) => {
        if (rows === SHOWN) requestAnimationFrame(() => setTimeout(() => resolve(rows)))
      }
      if (root)
        createRoot(root).render(
          <StreamDBProvider create={create} until="newest">
            <Newest onShown={shown} />
          </StreamDBProvider>,
        )
    }),
})

function Newest({ onShown }: { readonly onShown: (rows: number) => void }) {
  const db = useStreamDB<typeof schema>()
  const { data } = useLiveQuery((q) =>
    q
      .from({ message: db.collections.messages })
      .orderBy(({ message }) => message.ts, 'desc')
      .limit(SHOWN),
  )
  useEffect(() => onShown(data.length))
  return (
    <ol>
      {data.map(({ id, author, text }) => (
        <li key={id}>
          {author}: {text}
        </li>
      ))}
    </ol>
  )
}

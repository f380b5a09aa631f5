import { createStateSchema, createStreamDB } from '@strandline/state'
import {
  StreamDBProvider,
  useLiveQuery,
  usePendingWrites,
  useStreamDB,
  useStreamStatus,
} from '@strandline/state/react'
import { z } from 'zod'

const message = z.object({ id: z.string(), text: z.string() })
const state = createStateSchema({ messages: { schema: message, type: 'message', primaryKey: 'id' } })
const openRoom = (room: string) => createStreamDB({ streamOptions: { url: `/v1/stream/${room}` }, state })

function Messages() {
  const db = useStreamDB<typeof state>()
  const { data: messages } = useLiveQuery((q) => q.from({ message: db.collections.messages }))
  const unsent = usePendingWrites(db).length
  const ahoy = () => db.collections.messages.insert({ id: crypto.randomUUID(), text: 'Ahoy' })
  return (
    <section aria-label={useStreamStatus(db).state}>
      {messages.map(({ id, text }) => (
        <p key={id}>{text}</p>
      ))}
      {unsent > 0 && <p>{unsent} to be sent</p>}
      <button type="button" onClick={ahoy}>
        Say ahoy
      </button>
    </section>
  )
}

export const Room = ({ room }: { readonly room: string }) => (
  <StreamDBProvider id={room} create={() => openRoom(room)} fallback={<p>Loading</p>}>
    <Messages />
  </StreamDBProvider>
)

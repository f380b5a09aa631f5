// @vitest-environment node
import { createClient } from '@strandline/client'
import { renderToString } from 'react-dom/server'
import { expect, test, vi } from 'vitest'
import { createStreamDB } from '../stream-db.ts'
import { chat } from '../testing/chat.ts'
import { StreamDBProvider, useLiveQuery, usePendingWrites, useStreamDB, useStreamStatus } from './index.ts'

function Room() {
  const db = useStreamDB<typeof chat>()
  const { data } = useLiveQuery((q) => q.from({ message: db.collections.messages }))
  return `${useStreamStatus(db).state} ${usePendingWrites(db).length} ${data.length}`
}

test('a server renders the fallback, and starts nothing (invariant 14, wish 23)', () => {
  const fetch = vi.fn()
  const create = () =>
    createStreamDB({
      streamOptions: { url: 'https://relay.test/v1/stream/room' },
      state: chat,
      client: createClient({ storage: 'memory', fetch }),
    })
  const html = renderToString(
    <StreamDBProvider create={create} fallback="wait">
      <Room />
    </StreamDBProvider>,
  )
  expect(html).toBe('wait')
  expect(fetch).not.toHaveBeenCalled()
})

test('outside of a provider, useStreamDB says so', () => {
  expect(() => renderToString(<Room />)).toThrow(/StreamDBProvider/)
})

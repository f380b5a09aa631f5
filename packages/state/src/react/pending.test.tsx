import { createClient } from '@strandline/client'
import type { MockRelay } from '@strandline/relay/msw'
import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
// biome-ignore lint/correctness/noUnresolvedImports: Biome does not see the constants that @types/react declares
import { Profiler } from 'react'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStreamDB } from '../stream-db.ts'
import { chat, item, texts } from '../testing/chat.ts'
import { FOREVER, refusing, testRelay } from '../testing/relay.ts'
import { StreamDBProvider, usePendingWrites, useStreamDB, useStreamStatus } from './index.ts'

let relay: MockRelay
const closing: (() => Promise<unknown>)[] = []
beforeEach(() => {
  relay = testRelay()
})
afterEach(async () => {
  cleanup()
  for (const close of closing.splice(0).reverse()) await close()
  await relay.close()
})

async function opened() {
  await relay.append('room', [])
  const client = createClient({ storage: 'memory', fetch: relay.fetch })
  const db = createStreamDB({ streamOptions: { url: relay.url('room') }, state: chat, client })
  closing.push(() => client.close())
  closing.push(() => db.close())
  await db.preload({ until: 'live' })
  const write = async () => {
    await db.collections.messages.insert({ id: 'm', text: 'hi' }).isPersisted.promise
  }
  return { db, write }
}

function Outbox() {
  const writes = usePendingWrites(useStreamDB())
  return <p data-testid="writes">{writes.map(({ state }) => state).join(' ')}</p>
}

function Badge() {
  return <p data-testid="state">{useStreamStatus(useStreamDB()).state}</p>
}

test("the four states of a write: saved, sending, sent, in everyone's log (wish 22)", async () => {
  const { db, write } = await opened()
  render(
    <StreamDBProvider db={db}>
      <Outbox />
    </StreamDBProvider>,
  )
  const shows = (words: string) => waitFor(() => expect(screen.getByTestId('writes').textContent).toBe(words))
  relay.offline()
  void db.retry()
  await waitFor(() => expect(db.status.get().state).toBe('waiting'))
  await act(write)
  await shows('saved')
  const appending = relay.delay(FOREVER, { of: 'request', method: 'POST' })
  const reading = relay.delay(FOREVER, { method: 'GET', live: 'sse' })
  relay.online()
  await act(() => db.retry())
  await shows('sending')
  await waitFor(() => expect(relay.open().some(({ live }) => live)).toBe(true))
  appending.undo()
  await shows('sent')
  expect(texts(db.collections.messages)).toEqual(['m:hi'])
  reading.undo()
  await shows('')
  expect(texts(db.collections.messages)).toEqual(['m:hi'])
})

test('neither hook renders for what others write, or for what stays as it is; each does for its own', async () => {
  const { db, write } = await opened()
  const renders = { status: 0, pending: 0 }
  render(
    <StreamDBProvider db={db}>
      <Profiler id="status" onRender={() => (renders.status += 1)}>
        <Badge />
      </Profiler>
      <Profiler id="pending" onRender={() => (renders.pending += 1)}>
        <Outbox />
      </Profiler>
    </StreamDBProvider>,
  )
  await act(async () => undefined)
  const before = { ...renders }
  for (const n of [1, 2, 3]) {
    await act(async () => {
      await relay.append('room', [item('insert', `their-${n}`, 'news')])
      await waitFor(() => expect(db.collections.messages.size).toBe(n))
    })
  }
  expect(renders).toEqual(before)
  relay.failNext(refusing(503))
  await act(write)
  await waitFor(() => expect(renders.pending).toBeGreaterThan(before.pending))
  relay.offline()
  void db.retry()
  await waitFor(() => expect(renders.status).toBeGreaterThan(before.status))
})

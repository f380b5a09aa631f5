import { createClient } from '@strandline/client'
import type { MockRelay } from '@strandline/relay/msw'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
// biome-ignore lint/correctness/noUnresolvedImports: Biome does not see the constants that @types/react declares
import { StrictMode, useEffect, version } from 'react'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { StreamDB } from '../options.ts'
import { arrival } from '../row.ts'
import { createStreamDB } from '../stream-db.ts'
import { chat, item } from '../testing/chat.ts'
import { testRelay } from '../testing/relay.ts'
import { StreamDBProvider, useLiveQuery, useStreamDB } from './index.ts'

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

function clientOf() {
  const client = createClient({ storage: 'memory', fetch: relay.fetch })
  closing.push(() => client.close())
  return client
}

function maker(path = 'room') {
  const client = clientOf()
  const create = vi.fn(() => createStreamDB({ streamOptions: { url: relay.url(path) }, state: chat, client }))
  return { client, create }
}

function Messages() {
  const db = useStreamDB<typeof chat>()
  const { data } = useLiveQuery((q) => q.from({ message: db.collections.messages }))
  return <p data-testid="texts">{data.map(({ text }) => text).join(' ')}</p>
}

interface Seen {
  readonly ready: boolean
  readonly size: number
  readonly newest: string
}

function Newest({ onRender }: { readonly onRender: (seen: Seen) => void }) {
  const { messages } = useStreamDB<typeof chat>().collections
  const { data, isReady } = useLiveQuery((q) =>
    q
      .from({ message: messages })
      .orderBy(({ message }) => arrival(message), 'desc')
      .limit(2),
  )
  const newest = data.map(({ id }) => id).join()
  useEffect(() => {
    if (newest) onRender({ ready: isReady, size: messages.size, newest })
  })
  return null
}

/** What `change` lets go of is let go of for good, without the second in which it could be taken up again. */
function afterTheGrace(change: () => void): void {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  change()
  vi.advanceTimersByTime(1_000)
  vi.useRealTimers()
}

const tails = () => relay.requests.filter(({ url }) => url.includes('live=')).length

describe('StreamDBProvider', () => {
  test('shows the fallback, then the rows', async () => {
    await relay.append('room', [item('insert', 'a', 'hello'), item('insert', 'b', 'there')])
    const { create } = maker()
    render(
      <StreamDBProvider create={create} fallback={<i>wait</i>}>
        <Messages />
      </StreamDBProvider>,
    )
    expect(screen.getByText('wait')).toBeTruthy()
    await waitFor(() => expect(screen.getByTestId('texts').textContent).toBe('hello there'))
  })

  test('until="newest": the children are shown with the last rows, and again with all', async () => {
    await relay.append(
      'room',
      Array.from({ length: 3_000 }, (_, n) => item('insert', `m${n}`, String(n))),
    )
    const client = clientOf()
    const create = () =>
      createStreamDB({ streamOptions: { url: relay.url('room') }, state: chat, client, history: 'full' })
    // Another database of the same client has read the log: what is replayed is what is on this device.
    await create().preload({ until: 'live' })
    const seen: Seen[] = []
    render(
      <StreamDBProvider create={create} until="newest">
        <Newest onRender={(now) => seen.push(now)} />
      </StreamDBProvider>,
    )
    await waitFor(() => expect(seen.at(-1)).toEqual({ ready: true, size: 3_000, newest: 'm2999,m2998' }))
    expect(seen[0]).toMatchObject({ ready: false, newest: 'm2999,m2998' })
    expect(seen[0]?.size).toBeLessThan(3_000)
    expect(new Set(seen.map(({ newest }) => newest)).size).toBe(1)
  })

  test('a StrictMode double mount is one loop, an unmount is none after a grace (S4-17, invariant 14)', async () => {
    await relay.append('room', [item('insert', 'a', 'hello')])
    const { create } = maker()
    const view = render(
      <StrictMode>
        <StreamDBProvider create={create}>
          <Messages />
        </StreamDBProvider>
      </StrictMode>,
    )
    await waitFor(() => expect(screen.getByTestId('texts').textContent).toBe('hello'))
    await waitFor(() => expect(tails()).toBe(1))
    afterTheGrace(() => view.unmount())
    const states = create.mock.results.map(({ value }) => value.status)
    await waitFor(() => expect(states.some((status) => status.get().state === 'closed')).toBe(true))
    expect(states.every((status) => ['closed', 'loading'].includes(status.get().state))).toBe(true)
    expect(tails()).toBe(1)
  })

  test('another id is another database; after ten switches the last one is shown, and live, alone (S4-29)', async () => {
    const client = clientOf()
    const made: StreamDB<typeof chat>[] = []
    for (let n = 0; n < 10; n++) await relay.append(`room-${n}`, [item('insert', 'a', `text-${n}`)])
    const room = (n: number) => (
      <StreamDBProvider
        id={String(n)}
        create={() => {
          const db = createStreamDB({ streamOptions: { url: relay.url(`room-${n}`) }, state: chat, client })
          made.push(db)
          return db
        }}
      >
        <Messages />
      </StreamDBProvider>
    )
    const view = render(room(0))
    afterTheGrace(() => {
      for (let n = 1; n < 10; n++) view.rerender(room(n))
    })
    await waitFor(() => expect(screen.getByTestId('texts').textContent).toBe('text-9'))
    await waitFor(() => expect(made.filter((db) => db.status.get().state === 'live')).toEqual([made.at(-1)]))
    expect(screen.getByTestId('texts').textContent).toBe('text-9')
  })
})

test('another `create` with the same id makes nothing; the next id asks the latest one (S4-20)', async () => {
  const client = clientOf()
  const made: string[] = []
  await relay.append('room', [item('insert', 'a', 'hello')])
  await relay.append('next', [item('insert', 'a', 'other')])
  const tree = (id: string, by: string) => (
    <StreamDBProvider
      id={id}
      create={() => {
        made.push(`${id} by ${by}`)
        return createStreamDB({ streamOptions: { url: relay.url(id) }, state: chat, client })
      }}
    >
      <Messages />
    </StreamDBProvider>
  )
  const view = render(tree('room', 'first'))
  await waitFor(() => expect(screen.getByTestId('texts').textContent).toBe('hello'))
  await waitFor(() => expect(tails()).toBe(1))
  const before = relay.requests.length
  for (const by of ['second', 'third']) view.rerender(tree('room', by))
  expect(screen.getByTestId('texts').textContent).toBe('hello')
  expect(made).toEqual(['room by first'])
  expect(relay.requests).toHaveLength(before)
  view.rerender(tree('next', 'third'))
  await waitFor(() => expect(screen.getByTestId('texts').textContent).toBe('other'))
  expect(made).toEqual(['room by first', 'next by third'])
})

test('this is the React that the lane is for', () => {
  expect(version.split('.')[0]).toBe(process.env.REACT_MAJOR ?? '19')
})

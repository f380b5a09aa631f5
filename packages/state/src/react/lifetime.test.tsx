import { createClient } from '@strandline/client'
import type { MockRelay } from '@strandline/relay/msw'
import { act, cleanup, render, screen, waitFor } from '@testing-library/react'
// biome-ignore lint/correctness/noUnresolvedImports: Biome does not see the constants that @types/react declares
import { Component, type ReactNode, StrictMode, Suspense } from 'react'
import { hydrateRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createStreamDB } from '../stream-db.ts'
import { chat, item } from '../testing/chat.ts'
import { testRelay } from '../testing/relay.ts'
import {
  StreamDBProvider,
  useLiveQuery,
  useLiveSuspenseQuery,
  usePendingWrites,
  useStreamDB,
  useStreamStatus,
} from './index.ts'

let relay: MockRelay
const closing: (() => Promise<unknown>)[] = []
beforeEach(() => {
  relay = testRelay()
})
afterEach(async () => {
  cleanup()
  vi.restoreAllMocks()
  for (const close of closing.splice(0).reverse()) await close()
  await relay.close()
})

/** A database that counts who listens to it. */
function counted(path = 'room') {
  const client = createClient({ storage: 'memory', fetch: relay.fetch })
  const db = createStreamDB({ streamOptions: { url: relay.url(path) }, state: chat, client })
  closing.push(() => client.close())
  closing.push(() => db.close())
  let listening = 0
  const { subscribe } = db.status
  vi.spyOn(db.status, 'subscribe').mockImplementation((fn) => {
    listening += 1
    const stop = subscribe(fn)
    return () => {
      listening -= 1
      stop()
    }
  })
  const listeners = () => [listening, db.pending.subscriberCount, db.collections.messages.subscriberCount]
  return { db, listeners }
}

function Room() {
  const db = useStreamDB<typeof chat>()
  const { data } = useLiveQuery((q) => q.from({ message: db.collections.messages }))
  const texts = data.map(({ text }) => text).join(' ')
  return <p data-testid="room">{`${useStreamStatus(db).state} ${usePendingWrites(db).length} ${texts}`}</p>
}

function Suspending({ db }: { readonly db: ReturnType<typeof counted>['db'] }) {
  const { data } = useLiveSuspenseQuery((q) => q.from({ message: db.collections.messages }))
  return <p data-testid="rows">{data.map(({ text }) => text).join(' ')}</p>
}

const forever = new Promise<never>(() => undefined)

/** Not ready, in the way of React 18 and 19 alike. */
function Never(): ReactNode {
  throw forever
}

function Broken(): ReactNode {
  useLiveQuery(() => {
    throw new Error('no such query')
  })
  return null
}

class Boundary extends Component<{ readonly children: ReactNode }, { readonly error?: Error }> {
  override state: { readonly error?: Error } = {}
  static getDerivedStateFromError(error: Error) {
    return { error }
  }
  override render() {
    return this.state.error ? <p role="alert">{this.state.error.message}</p> : this.props.children
  }
}

describe('subscriptions (wish 23)', () => {
  test('a mounted component has its own, an unmounted one none', async () => {
    await relay.append('room', [item('insert', 'a', 'hello')])
    const { db, listeners } = counted()
    const view = render(
      <StrictMode>
        <StreamDBProvider db={db}>
          <Room />
        </StreamDBProvider>
      </StrictMode>,
    )
    await waitFor(() => expect(screen.getByTestId('room').textContent).toBe('live 0 hello'))
    await waitFor(() => expect(listeners()).toEqual([1, 1, 1]))
    view.unmount()
    await waitFor(() => expect(listeners()).toEqual([0, 0, 0]))
  })

  test('renders that are thrown away leave none', async () => {
    await relay.append('room', [item('insert', 'a', 'hello')])
    const { db, listeners } = counted()
    await db.preload()
    const tree = (n: number) => (
      <StrictMode>
        <StreamDBProvider db={db}>
          <Suspense fallback={<i>wait {n}</i>}>
            <Room />
            <Never />
          </Suspense>
        </StreamDBProvider>
      </StrictMode>
    )
    const view = render(tree(0))
    for (let n = 1; n < 20; n++) view.rerender(tree(n))
    expect(screen.getByText('wait 19')).toBeTruthy()
    // A query that no commit took up is let go of after a moment.
    await waitFor(() => expect(listeners()).toEqual([0, 0, 0]))
    view.unmount()
    expect(listeners()).toEqual([0, 0, 0])
  })
})

describe('Suspense and errors', () => {
  test('a query suspends until its rows are there, then shows them', async () => {
    await relay.append('room', [item('insert', 'a', 'hello')])
    const { db } = counted()
    const view = (
      <Suspense fallback={<i>wait</i>}>
        <Suspending db={db} />
      </Suspense>
    )
    render(view)
    expect(screen.getByText('wait')).toBeTruthy()
    expect(screen.queryByTestId('rows')).toBeNull()
    await act(() => db.preload())
    await waitFor(() => expect(screen.getByTestId('rows').textContent).toBe('hello'))
    await waitFor(() => expect(screen.queryByText('wait')).toBeNull())
  })

  test('what a query throws ends in the error boundary, and the database goes on', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    await relay.append('room', [item('insert', 'a', 'hello')])
    const { db } = counted()
    render(
      <StreamDBProvider db={db}>
        <Boundary>
          <Broken />
        </Boundary>
        <Room />
      </StreamDBProvider>,
    )
    await waitFor(() => expect(screen.getByRole('alert').textContent).toContain('no such query'))
    await waitFor(() => expect(screen.getByTestId('room').textContent).toBe('live 0 hello'))
  })
})

describe('another database in the same place', () => {
  const told = async (text: string) => {
    const { db } = counted(text)
    await relay.append(text, [item('insert', 'a', text)])
    await db.preload({ until: 'live' })
    return db
  }

  test('shows its own rows, where both can be read (S4-29)', async () => {
    const [one, other] = [await told('one'), await told('other')]
    const tree = (db: typeof one) => (
      <StreamDBProvider db={db}>
        <Room />
      </StreamDBProvider>
    )
    const view = render(tree(one))
    await waitFor(() => expect(screen.getByTestId('room').textContent).toBe('live 0 one'))
    view.rerender(tree(other))
    await waitFor(() => expect(screen.getByTestId('room').textContent).toBe('live 0 other'))
  })

  test('may be one that the provider makes, after one of the app', async () => {
    const one = await told('one')
    const { db: other } = counted('other')
    await relay.append('other', [item('insert', 'a', 'other')])
    const view = render(
      <StreamDBProvider db={one}>
        <Room />
      </StreamDBProvider>,
    )
    view.rerender(
      <StreamDBProvider create={() => other}>
        <Room />
      </StreamDBProvider>,
    )
    await waitFor(() => expect(screen.getByTestId('room').textContent).toBe('live 0 other'))
  })
})

function Outside({ db }: { readonly db: ReturnType<typeof counted>['db'] }) {
  return <p>{`${useStreamStatus(db).state} ${usePendingWrites(db).length}`}</p>
}

test('hooks outside of a provider hydrate what the server said, then say what is', async () => {
  const { db } = counted()
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = renderToString(<Outside db={db} />)
  expect(container.textContent).toBe('loading 0')
  relay.offline()
  await db.preload()
  await db.collections.messages.insert({ id: 'm', text: 'hi' }).isPersisted.promise
  const errors: unknown[] = []
  const root = await act(async () =>
    hydrateRoot(container, <Outside db={db} />, { onRecoverableError: (error) => errors.push(error) }),
  )
  await waitFor(() => expect(container.textContent).toBe('waiting 1'))
  expect(errors).toEqual([])
  act(() => root.unmount())
  container.remove()
})

test('what a server rendered is hydrated as it is, then shows the rows', async () => {
  await relay.append('room', [item('insert', 'a', 'hello')])
  const { db } = counted()
  const page = (
    <StreamDBProvider db={db} fallback={<i>wait</i>}>
      <Room />
    </StreamDBProvider>
  )
  const container = document.createElement('div')
  document.body.append(container)
  container.innerHTML = renderToString(page)
  expect(container.innerHTML).toBe('<i>wait</i>')
  const errors: unknown[] = []
  const root = await act(async () =>
    hydrateRoot(container, page, { onRecoverableError: (error) => errors.push(error) }),
  )
  await waitFor(() => expect(container.textContent).toBe('live 0 hello'))
  expect(errors).toEqual([])
  act(() => root.unmount())
  container.remove()
})

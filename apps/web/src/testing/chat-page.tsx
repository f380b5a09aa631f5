import 'fake-indexeddb/auto'
import { rowItem } from '@strandline/chat'
import { createClient } from '@strandline/client'
import { createMockRelay, type MockRelay } from '@strandline/relay/msw'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { setupServer } from 'msw/node'
// biome-ignore lint/correctness/noUnresolvedImports: it is there; React's types hide it from the resolver.
import { StrictMode } from 'react'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { App } from '../app.tsx'
import { CURRENT } from '../features/update/update.ts'
import { openStreams } from '../sync/streams.ts'
import { openWire } from '../sync/wire.ts'

export const ROOM = 'session/harbour'

/** For what does not stand on the page: no change of the page says that it is time to look again. */
export const OFTEN = { interval: 2 }

/** The chat in a page that is made up, on the relay behind MSW. */
export interface ChatPage {
  readonly relay: MockRelay
  /** Adds messages, as somebody else. */
  says(...texts: readonly string[]): Promise<void>
  /**
   * Opens the page in the one session, under StrictMode. `others`: so many streams besides have their connections
   * already. `database`: of an earlier visit. `hurried`: its pauses are a hundred times as fast, unless said.
   */
  open(options?: Opening): Promise<void>
  /** Writes as the person at the page. */
  write(text: string): void
  /** Waits until the badge says this. */
  badge(label: string): Promise<unknown>
  leave(): Promise<void>
}

interface Opening {
  readonly others?: number
  readonly database?: string
  readonly hurried?: boolean
}

/** One page for each test of a file. */
export function chatPage(): ChatPage {
  const server = setupServer()
  const relay = createMockRelay({ baseUrl: location.origin })
  let leaving: (() => Promise<void>)[] = []
  let said = 0
  let pages = 0

  beforeAll(() => {
    server.use(...relay.handlers)
    server.listen({ onUnhandledRequest: 'error' })
    layOut()
  })
  afterEach(async () => {
    relay.online()
    relay.acceptCredentials()
    await page.leave()
    cleanup()
    localStorage.clear()
    await relay.wipe()
    relay.requests.length = 0
  })
  afterAll(async () => {
    server.close()
    await relay.close()
  })

  const page: ChatPage = {
    relay,
    async says(...texts) {
      const items = texts.map((text) =>
        rowItem('message', { id: `m${++said}`, author: 'u-2', at: said, text }),
      )
      await relay.append(ROOM, items)
    },
    async open({ others = 0, database = `page-${++pages}`, hurried = true } = {}) {
      const session = { id: 'harbour', title: 'Harbour', createdAt: 1, createdBy: 'u-2' }
      await relay.append('sessions', [rowItem('session', session)])
      await relay.append(ROOM, [])
      history.replaceState(null, '', '/s/harbour')
      const wire = openWire()
      const client = createClient({ database, fetch: wire.fetch, ...(hurried && { effects: HURRY }) })
      for (let n = 0; n < others; n++) {
        await relay.append(`other-${n}`, [])
        const handle = client.stream(relay.url(`other-${n}`))
        handle.subscribe(() => undefined)
        const isLive = () => expect(handle.status.get()).toMatchObject({ state: 'live', transport: 'sse' })
        await waitFor(isLive, OFTEN)
      }
      const view = render(
        <StrictMode>
          <App streams={openStreams(client, location.origin, wire)} update={CURRENT} />
        </StrictMode>,
      )
      leaving.push(async () => {
        view.unmount()
        // What the page was about to write is written: closed under it, it would say so.
        await relay.settled({ within: 20_000 })
        await client.close()
      })
      await screen.findByRole('textbox', { name: 'Message Harbour' })
    },
    write(text) {
      const input = screen.getByRole('textbox', { name: 'Message Harbour' })
      fireEvent.change(input, { target: { value: text } })
      fireEvent.keyDown(input, { key: 'Enter' })
    },
    badge: (label) =>
      waitFor(() => {
        const heard = [...document.querySelectorAll('[role=status]')].map(({ textContent }) => textContent)
        if (!heard.some((text) => text.startsWith(label))) throw new Error(`${label} is not in ${heard}`)
      }),
    async leave() {
      for (const leave of leaving) await leave()
      leaving = []
    },
  }
  return page
}

/** A client's pauses, a hundred times as fast. */
const HURRY = {
  sleep: (ms: number, signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
      const timer = setTimeout(done, ms / 100)
      signal.addEventListener('abort', done)
      if (signal.aborted) done()
    }),
}

/** A page that is made up has no layout: a scroller is 600 high, a row 48, a list as high as it says it is. */
function layOut(): void {
  const of = (get: (element: HTMLElement) => number): PropertyDescriptor => ({
    configurable: true,
    get(this: HTMLElement) {
      return get(this)
    },
  })
  Object.defineProperties(HTMLElement.prototype, {
    clientWidth: of(() => 800),
    clientHeight: of(() => 600),
    offsetHeight: of(() => 48),
    scrollHeight: of((element) => Number.parseInt(element.querySelector('ol')?.style.height ?? '0', 10) || 0),
  })
}

import 'fake-indexeddb/auto'
import { createMockRelay } from '@strandline/relay/msw'
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { setupServer } from 'msw/node'
// biome-ignore lint/correctness/noUnresolvedImports: Biome does not see the constants that @types/react declares
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Room } from './room.tsx'

/** What docs/guides/react.md says of its component. */

const relay = createMockRelay({ baseUrl: location.origin })
const server = setupServer(...relay.handlers)

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(cleanup)
afterAll(() => server.close())

const live = () => screen.findByRole('region', { name: 'live' })
const says = (room: string, text: string) =>
  relay.append(room, [
    { type: 'message', key: '1', value: { id: '1', text }, headers: { operation: 'insert' } },
  ])

test('on a server: the fallback, and no request', () => {
  const before = relay.requests.length
  expect(renderToString(<Room room="slipway" />)).toBe('<p>Loading</p>')
  expect(relay.requests.length).toBe(before)
})

test('the fallback, then the rows; under StrictMode one tail, and none a second after the page is left', async () => {
  await says('harbour', 'Caulk the boat')
  const page = render(
    <StrictMode>
      <Room room="harbour" />
    </StrictMode>,
  )
  expect(screen.getByText('Loading')).toBeTruthy()
  await live()
  await screen.findByText('Caulk the boat')
  await waitFor(() => expect(relay.stats().tails).toBe(1))
  page.unmount()
  await waitFor(() => expect(relay.stats().tails).toBe(0))
})

test('another id is another database: its rows alone, and one tail in the end', async () => {
  await says('pier', 'Paint the pier')
  await says('dock', 'Coil the rope')
  const page = render(<Room room="dock" />)
  await screen.findByText('Coil the rope')
  page.rerender(<Room room="pier" />)
  await screen.findByText('Paint the pier')
  expect(screen.queryByText('Coil the rope')).toBeNull()
  await live()
  await waitFor(() => expect(relay.stats().tails).toBe(1))
})

test('what waits is counted, until it is in the log', async () => {
  render(<Room room="quay" />)
  await screen.findByRole('button')
  relay.offline()
  fireEvent.click(screen.getByRole('button', { name: 'Say ahoy' }))
  await screen.findByText('1 to be sent')
  await screen.findByText('Ahoy')
  relay.online()
  await waitFor(() => expect(screen.queryByText('1 to be sent')).toBeNull())
  expect(await relay.read('quay')).toHaveLength(1)
})

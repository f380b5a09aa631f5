import 'fake-indexeddb/auto'
import { createMockRelay } from '@strandline/relay/msw'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { setupServer } from 'msw/node'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { App } from './app.tsx'

const relay = createMockRelay({ baseUrl: location.origin })
const server = setupServer(...relay.handlers)

beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
afterEach(cleanup)
afterAll(() => server.close())

test('what I add offline is shown at once, and sent once when the network is back', async () => {
  await relay.append('todos', [])
  render(<App />)
  await screen.findByRole('region', { name: 'live' })

  relay.offline()
  fireEvent.click(screen.getByRole('button', { name: 'Add' }))
  await screen.findByText('Mend the net')
  expect(await relay.read('todos')).toEqual([])

  relay.dropNextAck()
  relay.online()
  await relay.settled({ within: 20_000 })
  expect(await relay.read('todos')).toHaveLength(1)
  expect(screen.getAllByText('Mend the net')).toHaveLength(1)
})

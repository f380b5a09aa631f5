import 'fake-indexeddb/auto'
import { createMockRelay } from '@strandline/relay/msw'
import { render, screen } from '@testing-library/react'
import { setupServer } from 'msw/node'
import { expect, test } from 'vitest'
import { App } from './app.tsx'

const relay = createMockRelay({ baseUrl: location.origin })
setupServer(...relay.handlers).listen()

test('what somebody else adds is shown', async () => {
  render(<App />)
  const value = { id: '1', text: 'Caulk the boat', done: false }
  await relay.append('todos', [{ type: 'todo', key: '1', value, headers: { operation: 'insert' } }])
  expect(await screen.findByText('Caulk the boat')).toBeTruthy()
})

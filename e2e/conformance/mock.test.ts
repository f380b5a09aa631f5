import { runConformanceTests } from '@durable-streams/server-conformance-tests'
import { createMockRelay } from '@strandline/relay/msw'
import { setupServer } from 'msw/node'
import { afterAll, beforeAll, describe } from 'vitest'

/** The mock as an app's tests have it: the suite's own `fetch`, caught by MSW. */
describe('mock behind MSW (S2-24)', () => {
  const baseUrl = 'http://mock.test'
  const relay = createMockRelay({ baseUrl, limits: { longPoll: 1500 } })
  const server = setupServer(...relay.handlers)

  beforeAll(() => server.listen({ onUnhandledRequest: 'error' }))
  afterAll(async () => {
    server.close()
    await relay.close()
  })

  runConformanceTests({ baseUrl, longPollTimeoutMs: 60_000 })
})

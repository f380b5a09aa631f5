import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createMockRelay } from '@strandline/relay/msw'
import { setupServer } from 'msw/node'
import { expect, it, onTestFinished } from 'vitest'
import { patient } from '../../apps/relay/src/testing/patient.ts'
import { SseReader } from '../../apps/relay/src/testing/sse.ts'

it('the mock hears of a tail that is aborted, whatever the garbage collector does', async () => {
  const relay = createMockRelay({ baseUrl: 'http://relay.test/api/' })
  const server = setupServer(...relay.handlers)
  server.listen({ onUnhandledRequest: 'error' })
  onTestFinished(async () => {
    server.close()
    await relay.close()
  })
  await relay.append('room', [])
  const life = new AbortController()
  const events = new SseReader(
    await fetch(`${relay.url('room')}?offset=-1&live=sse`, { signal: life.signal }),
  )
  await events.untilUpToDate()
  const next = events.next()
  await collectGarbage()
  life.abort()
  await expect(next).rejects.toMatchObject({ name: 'AbortError' })
  await relay.settled(patient)
})

async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  for (let n = 0; n < 5; n++) {
    await new Promise((resolve) => setImmediate(resolve))
    collect()
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runConformanceTests } from '@durable-streams/server-conformance-tests'
import { createRelay, type Store } from '@strandline/relay'
import { lmdbStore } from '@strandline/relay/lmdb'
import { memoryStore } from '@strandline/relay/memory'
import { type Served, serve } from '@strandline/relay/node'
import { afterAll, beforeAll, describe } from 'vitest'

/** The suite waits for whole long-polls: the relay's are made short, and the suite's patience outlasts them. */
const longPollTimeoutMs = 60_000
const limits = { longPoll: 1500 }

function conforms(name: string, open: (folder: string) => Store) {
  describe(`${name} (S0-34, S2-24)`, () => {
    const options = { baseUrl: '', longPollTimeoutMs }
    let served: Served
    let folder: string

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'strandline-conformance-'))
      served = await serve(createRelay({ store: open(folder), limits }), { port: 0, host: '127.0.0.1' })
      options.baseUrl = served.url
    })

    afterAll(async () => {
      await served.close()
      await rm(folder, { recursive: true })
    })

    runConformanceTests(options)
  })
}

/** The core alone: `fetch` to one made-up origin goes into it, no socket in between. */
describe('bare fetch core (S0-34, S2-24)', () => {
  const origin = 'http://relay.invalid'
  const relay = createRelay({ store: memoryStore(), limits })
  const outside = globalThis.fetch

  beforeAll(() => {
    globalThis.fetch = (input, init) => {
      const request = new Request(input, init)
      return request.url.startsWith(origin) ? abortable(request, relay.fetch(request)) : outside(input, init)
    }
  })

  afterAll(async () => {
    globalThis.fetch = outside
    await relay.close()
  })

  runConformanceTests({ baseUrl: origin, longPollTimeoutMs })
})

/** As over a network: an abort rejects the call, or breaks the body off. */
async function abortable({ signal }: Request, answering: Promise<Response>): Promise<Response> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason))
  })
  aborted.catch(() => {})
  const response = await Promise.race([answering, aborted])
  if (!response.body) return response
  const body = response.body.pipeThrough(new TransformStream(), { signal })
  return new Response(body, response)
}

conforms('memory', () => memoryStore())
conforms('lmdb', (path) => lmdbStore({ path }))

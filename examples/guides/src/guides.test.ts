import 'fake-indexeddb/auto'
import { readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { createMockRelay } from '@strandline/relay/msw'
import { IDBFactory } from 'fake-indexeddb'
import { setupServer } from 'msw/node'
import { afterAll, expect, test } from 'vitest'
import { moduleOf } from './guide.ts'

const folder = fileURLToPath(new URL('../../../docs/guides/', import.meta.url))
const guides = (await readdir(folder)).filter((name) => name.endsWith('.md'))
// The component of react.md is a file of examples/readme, compared with the page and run there.
const run = guides.filter((name) => name !== 'react.md')

const relay = createMockRelay({ baseUrl: 'https://example.org' })
const server = setupServer(...relay.handlers)
server.listen({ onUnhandledRequest: 'error' })
afterAll(async () => {
  server.close()
  await relay.close()
})

function thrown(action: () => void): unknown {
  try {
    action()
    return undefined
  } catch (error) {
    return error
  }
}

test.each(run)(
  '%s does what it says',
  async (name) => {
    globalThis.indexedDB = new IDBFactory()
    const guide = (await import(await moduleOf(`${folder}${name}`))) as { run: (on: object) => Promise<void> }
    await guide.run({ relay, expect, thrown })
    relay.online()
    relay.acceptCredentials()
  },
  30_000,
)

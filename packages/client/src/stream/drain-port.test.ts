import { expect, test } from 'vitest'
import { bell } from '../bell.ts'
import type { Page } from '../http/page.ts'
import { storageOver } from '../storage.ts'
import { memoryStore } from '../store/memory.ts'
import type { Shore } from '../sync/loop.ts'
import type { Transport } from '../transport.ts'
import { drainPort } from './drain-port.ts'
import { type Mirror, openMirror } from './mirror.ts'

const ID = 'http://relay.test/v1/stream/room'

const page = (from: string, to: string, keys: readonly string[]): Page => {
  const items = keys.map((key) => ({ type: 'note', key, headers: {} }))
  return {
    from,
    to,
    items,
    bytes: new TextEncoder().encode(JSON.stringify(items)),
    upToDate: true,
    closed: false,
    cursor: null,
    incarnation: null,
  }
}

const never = () => new Promise<never>(() => undefined)

/** The port over a log of one item, and a relay that gives `answers` by the offset it is asked from. */
async function harbour(answers: (mirror: Mirror) => Readonly<Record<string, () => Promise<Page>>>) {
  const storage = storageOver(memoryStore(), Date.now)
  const effects = { now: Date.now, breathe: async () => undefined, uuid: () => 'p' }
  const mirror = await openMirror({ id: ID, url: ID, storage, effects, read: never, changed() {} })
  await mirror.accept(page('-1', '1', ['a']), 'catch-up')
  const shore = { head: async () => mirror.record().head, accept: mirror.accept } as Partial<Shore> as Shore
  const transport = {
    read: (from: string) => answers(mirror)[from]?.() ?? never(),
  } as Partial<Transport> as Transport
  const port = drainPort({
    id: ID,
    mirror,
    outbox: storage.outbox,
    limits: { entries: 9, size: 9 },
    transport,
    shore,
    atTail: { get: () => true, subscribe: () => () => undefined },
    effects: { uuid: () => 'p', sleep: never },
    nudges: bell(),
    moved: bell(),
    work: bell(),
    changed() {},
    told() {},
  })
  return { port, mirror }
}

test('a log that the tail moves on while the relay is asked is not taken for read to the tail (write protocol, rule 3)', async () => {
  const { port, mirror } = await harbour((mirror) => ({
    async 1() {
      await mirror.accept(page('1', '2', ['b']), 'tail')
      return page('1', '3', ['b', 'c'])
    },
    2: async () => page('2', '3', ['c']),
  }))
  await port.catchUp(new AbortController().signal)
  expect(mirror.record()).toMatchObject({ head: '3', count: 3 })
})

test('a reading that its signal ends is not taken for read to the tail either', async () => {
  const stopping = new AbortController()
  const { port } = await harbour(() => ({
    async 1() {
      stopping.abort()
      return { ...page('1', '2', ['b']), upToDate: false }
    },
  }))
  await expect(port.catchUp(stopping.signal)).rejects.toThrow(/abort/)
  await expect(port.catchUp(AbortSignal.abort())).rejects.toThrow(/abort/)
})

import type { MockRelay } from '@strandline/relay/msw'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createStreamDB } from './index.ts'
import { chat, item, texts } from './testing/chat.ts'
import { eventually } from './testing/harness.ts'
import { testRelay } from './testing/relay.ts'

let relay: MockRelay
beforeEach(() => {
  // Where there is no IndexedDB, what a database holds is in memory alone.
  vi.stubGlobal('indexedDB', undefined)
  relay = testRelay()
})
afterEach(async () => {
  vi.unstubAllGlobals()
  await relay.close()
})

function open(token: string, path: string) {
  const sent: (string | null)[] = []
  const fetch: typeof globalThis.fetch = (input, init) => {
    sent.push(new Request(input, init).headers.get('authorization'))
    return relay.fetch(input, init)
  }
  const headers = { authorization: () => token }
  const db = createStreamDB({ streamOptions: { url: relay.url(path), headers, fetch }, state: chat })
  return { db, sent }
}

test('with headers and no disk, what was not sent outlives its database', async () => {
  await relay.append('kept', [item('insert', 'a', '1')])
  const first = open('old', 'kept')
  await first.db.preload({ until: 'live' })
  expect(first.db.status.get().storage).toBe('memory')
  relay.offline()
  await first.db.collections.messages.insert({ id: 'mine', text: '!' }).isPersisted.promise
  await first.db.close()

  const second = open('new', 'kept')
  await second.db.preload()
  expect(texts(second.db.collections.messages)).toEqual(['a:1', 'mine:!'])
  relay.online()
  await second.db.retry()
  await eventually(() => expect(second.db.pending.size).toBe(0))
  expect(await relay.read('kept')).toHaveLength(2)
  expect(new Set(second.sent)).toEqual(new Set(['new']))
  expect(new Set(first.sent)).toEqual(new Set(['old']))
  await second.db.close()
})

test('two databases of one stream have clients of their own, and neither is closed with the other', async () => {
  await relay.append('two', [item('insert', 'a', '1')])
  const [one, two] = [open('one', 'two'), open('two', 'two')]
  await Promise.all([one.db.preload(), two.db.preload()])
  await one.db.close()
  await relay.append('two', [item('insert', 'b', '2')])
  await eventually(() => expect(texts(two.db.collections.messages)).toEqual(['a:1', 'b:2']))
  expect(new Set(two.sent)).toEqual(new Set(['two']))
  await two.db.close()
})

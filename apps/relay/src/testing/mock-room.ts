import { onTestFinished } from 'vitest'
import { createMockRelay, type MockRelay } from '../hosts/msw/index.ts'
import { JSON_TYPE } from './client.ts'
import { SseReader } from './sse.ts'

/** A mock relay with one stream, `room`, that holds one item; and words to talk to it. */
export interface MockRoom {
  readonly relay: MockRelay
  /** Keys of the items that the relay holds. */
  keys(): Promise<string[]>
  get(query?: string): Promise<Response>
  post(key: string, headers?: Record<string, string>): Promise<Response>
  /** An event stream from the end on, open and up to date. */
  follow(): Promise<SseReader>
}

export function item(key: string) {
  return { type: 'note', key, value: { text: key }, headers: { operation: 'insert' } }
}

/** What a request rejects with where its connection breaks. */
export const BROKEN = { name: 'TypeError' }

/** For the test that asks for it. */
export async function mockRoom(): Promise<MockRoom> {
  const relay = createMockRelay({ baseUrl: 'http://relay.test' })
  onTestFinished(() => relay.close())
  await relay.append('room', [item('first')])
  const get = (query = '') => relay.fetch(relay.url('room') + query)
  return {
    relay,
    get,
    keys: async () => ((await relay.read('room')) as { key: string }[]).map(({ key }) => key),
    post: (key, headers = {}) =>
      relay.fetch(relay.url('room'), {
        method: 'POST',
        headers: { ...JSON_TYPE, ...headers },
        body: JSON.stringify([item(key)]),
      }),
    async follow() {
      const events = new SseReader(await get('?offset=now&live=sse'))
      await events.untilUpToDate()
      return events
    },
  }
}

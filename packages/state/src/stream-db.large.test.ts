import { afterEach, beforeEach, expect, test } from 'vitest'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness } from './testing/harness.ts'

let on: Harness
beforeEach(() => {
  on = harness('memory')
})
afterEach(() => on.end())

const LINE = new TextEncoder().encode(`data: ${'x'.repeat(4 * 1024 * 1024)}\n`)

/** An event stream whose one event never ends. Counts the lines that were taken. */
function endless() {
  const taken = { lines: 0 }
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode('event: data\n')),
    pull(controller) {
      taken.lines += 1
      controller.enqueue(LINE)
    },
  })
  return { taken, answer: new Response(body, { headers: { 'content-type': 'text/event-stream' } }) }
}

test('an event that is larger than can be held: a typed error, reading stops, and others live on (S3-12)', async () => {
  for (const path of ['large', 'other']) await on.relay.append(path, [item('insert', 'a', 'first')])
  const { taken, answer } = endless()
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { pathname, searchParams } = new URL(String(input))
    const isIts = pathname.endsWith('/large') && searchParams.get('live') === 'sse'
    return isIts ? answer : on.relay.fetch(input, init)
  }
  const client = on.client({ fetch })
  const [large, other] = [on.open({ client, path: 'large' }), on.open({ client, path: 'other' })]
  await other.preload({ until: 'live' })
  await large.preload()
  await eventually(() =>
    expect(large.status.get()).toMatchObject({ state: 'halted', error: { code: 'too-large' } }),
  )
  expect(texts(large.collections.messages)).toEqual(['a:first'])
  // 60 MB, and what a stream reads ahead.
  expect(taken.lines).toBeLessThanOrEqual(17)
  await on.relay.append('other', [item('insert', 'b', 'second')])
  await eventually(() => expect(texts(other.collections.messages)).toEqual(['a:first', 'b:second']))
  expect(other.status.get().state).toBe('live')
})

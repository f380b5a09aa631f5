import { afterEach, beforeEach, expect, it } from 'vitest'
import { createRelay, type Relay } from './index.ts'
import { memoryStore } from './stores/memory.ts'
import { ask, offsetOf } from './testing/client.ts'
import { SseReader } from './testing/sse.ts'

const TEXT = { 'Content-Type': 'text/plain' }

let relay: Relay
beforeEach(async () => {
  relay = createRelay({ store: memoryStore() })
  await ask(relay, 'a', { method: 'PUT', headers: TEXT })
})
afterEach(() => relay.close())

const append = (body: Uint8Array, headers = {}) =>
  ask(relay, 'a', { method: 'POST', headers: { ...TEXT, ...headers }, body })
const tail = async (offset = '-1') => new SseReader(await ask(relay, `a?offset=${offset}&live=sse`))

/** The text of one frame, and where its control event says that it ends. */
async function frame(reader: SseReader) {
  let text = ''
  for (;;) {
    const next = await reader.next()
    if (!next) throw new Error('the answer ended within a frame')
    if (next.event === 'data') text += next.data
    if (next.event === 'control') {
      const { streamNextOffset, upToDate = false } = JSON.parse(next.data) as {
        streamNextOffset: string
        upToDate?: boolean
      }
      return { text, offset: streamNextOffset, upToDate }
    }
  }
}

const whole = new TextEncoder().encode('a👋é')

it.each(Array.from({ length: whole.length - 1 }, (_, i) => i + 1))(
  'shows text whose bytes were appended in two parts, cut at %i, as it is',
  async (cut) => {
    const reader = await tail()
    await frame(reader)
    await append(whole.subarray(0, cut))
    const { status } = await append(whole.subarray(cut))
    expect(status).toBe(204)
    let shown = ''
    while (shown.length < 'a👋é'.length) shown += (await frame(reader)).text
    expect(shown).toBe('a👋é')
  },
)

it('holds an append that ends within a character, at the offset before it, as all there is to show', async () => {
  const before = offsetOf(await append(whole.subarray(0, 1)))
  await append(whole.subarray(1, 3))
  const early = await tail()
  expect(await frame(early)).toEqual({ text: 'a', offset: before, upToDate: true })
  const late = await tail(before ?? '')
  expect(await frame(late)).toEqual({ text: '', offset: before, upToDate: true })
  const after = offsetOf(await append(whole.subarray(3)))
  for (const reader of [early, late]) {
    expect(await frame(reader)).toEqual({ text: '👋é', offset: after, upToDate: true })
  }
  expect(new Uint8Array(await (await ask(relay, 'a')).arrayBuffer())).toEqual(whole)
})

it('holds nothing that more bytes would not make a character', async () => {
  await append(Uint8Array.of(0x61, 0xff))
  expect(await frame(await tail())).toMatchObject({ text: 'a\ufffd', upToDate: true })
})

it('shows what it holds when the stream closes', async () => {
  const reader = await tail()
  await frame(reader)
  await append(whole.subarray(0, 3))
  await append(new Uint8Array(), { 'Stream-Closed': 'true' })
  expect((await frame(reader)).text).toBe('a\ufffd')
  expect(await reader.next()).toBeUndefined()
})

it('does not end a frame within a character when the limit of a frame falls there', async () => {
  const small = createRelay({ store: memoryStore(), limits: { chunk: 1 } })
  const send = (body: Uint8Array) => ask(small, 'b', { method: 'POST', headers: TEXT, body })
  await ask(small, 'b', { method: 'PUT', headers: TEXT })
  for (const byte of whole) await send(Uint8Array.of(byte))
  const reader = new SseReader(await ask(small, 'b?offset=-1&live=sse'))
  const texts = [await frame(reader), await frame(reader), await frame(reader)].map(({ text }) => text)
  expect(texts).toEqual(['a', '👋', 'é'])
  await small.close()
})

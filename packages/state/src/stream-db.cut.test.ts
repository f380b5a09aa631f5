import { afterEach, beforeEach, expect, test } from 'vitest'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness, hurry } from './testing/harness.ts'
import { failing, refusing } from './testing/relay.ts'

let on: Harness
beforeEach(() => {
  on = harness('memory')
})
afterEach(() => on.end())

const DAY = 86_400_000

test.each([-DAY, DAY])(
  'a clock that is %i ms off: the row waits until its own txid is in the log (S1-48)',
  async (skew) => {
    await on.relay.append('room', [item('insert', 'before', '0')])
    const db = on.open({ client: on.client({ effects: { now: () => Date.now() + skew } }) })
    await db.preload()
    const refused = on.relay.failNext(refusing(503))
    const tx = db.collections.messages.insert({ id: 'mine', text: 'hi' })
    await tx.isPersisted.promise
    await on.relay.append('room', [item('insert', 'theirs', 'hi'), item('insert', 'later', 'hi', { at: 0 })])
    await eventually(() => expect(db.collections.messages.size).toBe(4))
    expect(texts(db.collections.messages)).toEqual(['before:0', 'theirs:hi', 'later:hi', 'mine:hi'])
    expect(db.pending.size).toBe(1)
    refused.undo()
    await db.retry()
    await db.utils.awaitTxId(tx.id)
    expect(db.pending.size).toBe(0)
    expect(db.collections.messages.size).toBe(4)
  },
)

test.each([
  ['has had its time: the next one, and nothing else', 'end', ['sse']],
  ['breaks: what was missed, the next one, and nothing else', 'break', [null, 'sse']],
] as const)('a tail that %s is asked for (S1-46)', async (_, how, expected) => {
  await on.relay.append('room', [item('insert', 'a', '1')])
  const open = new Set<TransformStreamDefaultController>()
  let hours = 0
  const client = on.client({
    effects: { ...hurry, now: () => Date.now() + hours * 3_600_000 },
    async fetch(input, init) {
      const request = new Request(input, init)
      const answer = await on.relay.fetch(input, init)
      if (!request.url.includes('live=')) return answer
      const start = (controller: TransformStreamDefaultController) => void open.add(controller)
      return new Response(answer.body?.pipeThrough(new TransformStream({ start })) ?? null, answer)
    },
  })
  const db = on.open({ client })
  const lives = (from = 0) =>
    on.relay.requests.slice(from).map(({ url }) => new URL(url).searchParams.get('live'))
  const tails = () => lives().filter((live) => live).length
  await db.preload({ until: 'live' })
  await eventually(() => expect(tails()).toBe(1))
  for (const n of [2, 3, 4]) {
    await on.relay.append('room', [item('insert', `a${n}`, 'heard')])
    await eventually(() => expect(texts(db.collections.messages)).toContain(`a${n}:heard`))
    const before = on.relay.requests.length
    hours += 1
    for (const tail of open) {
      if (how === 'break') tail.error(new TypeError('network error'))
      else tail.terminate()
    }
    open.clear()
    await eventually(() => expect(tails()).toBe(n))
    await on.relay.append('room', [item('insert', `b${n}`, 'news')])
    await eventually(() => expect(texts(db.collections.messages)).toContain(`b${n}:news`))
    expect(lives(before)).toEqual(expected)
  }
})

test('three times cut off and back: the same collections, and the pending row in its place (S1-44)', async () => {
  await on.relay.append('room', [item('insert', 'a', '1')])
  const db = on.open()
  await db.preload()
  const { messages } = db.collections
  const refused = on.relay.failNext(refusing(503))
  await messages.insert({ id: 'mine', text: 'waits' }).isPersisted.promise
  for (const n of [1, 2, 3]) {
    const failed = on.relay.failNext(failing(503))
    void db.retry()
    await eventually(() => expect(db.status.get().state).toBe('waiting'))
    expect(texts(messages)).toContain('mine:waits')
    await on.relay.append('room', [item('insert', `their-${n}`, 'news')])
    failed.undo()
    await db.retry()
    await eventually(() => expect(texts(messages)).toContain(`their-${n}:news`))
    expect(texts(messages).at(-1)).toBe('mine:waits')
  }
  expect(db.collections.messages).toBe(messages)
  refused.undo()
  await db.retry()
  await eventually(() => expect(db.pending.size).toBe(0), 10_000)
  expect(texts(messages).at(-1)).toBe('mine:waits')
})

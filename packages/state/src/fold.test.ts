import { afterEach, beforeEach, expect, test } from 'vitest'
import { createStreamDB } from './index.ts'
import { chat, item } from './testing/chat.ts'
import { eventually, type Harness, harness } from './testing/harness.ts'
import { failing } from './testing/relay.ts'

let on: Harness
beforeEach(() => {
  on = harness('memory')
})
afterEach(() => on.end())

/** A delta names its place, so that one that comes twice, or too early, is known. */
const delta = (key: string, n: number, text: string) => {
  return { type: 'message.delta', key, value: { n, text }, headers: { operation: 'insert' } }
}

function open() {
  const db = createStreamDB({
    streamOptions: { url: on.relay.url('room') },
    client: on.client(),
    state: chat,
    folds: {
      'message.delta': {
        into: 'messages',
        apply: (row, delta) => {
          const { n, text } = delta as { n: number; text: string }
          const next = Number(row.note ?? 0)
          return n === next ? { ...row, text: row.text + text, note: String(n + 1) } : row
        },
      },
    },
  })
  return db
}

test('deltas extend a row, live and after a reload; the final item replaces it (S2-12)', async () => {
  await on.relay.append('room', [item('insert', 'm', ''), delta('m', 0, 'Hel'), delta('m', 1, 'lo')])
  const db = open()
  await db.preload()
  expect(db.collections.messages.get('m')?.text).toBe('Hello')
  await on.relay.append('room', [delta('m', 1, 'lo'), delta('m', 2, ' you')])
  await eventually(() => expect(db.collections.messages.get('m')?.text).toBe('Hello you'))
  await on.relay.append('room', [item('update', 'm', 'Hello you.')])
  await eventually(() => expect(db.collections.messages.get('m')?.text).toBe('Hello you.'))
  await db.close()
  const again = open()
  await again.preload()
  expect(again.collections.messages.get('m')).toMatchObject({ text: 'Hello you.', _seq: 0 })
  await again.close()
})

test('a catch-up that ends in the middle of a message: its row stays, and grows on (S1-51, wish 15)', async () => {
  await on.relay.append('room', [item('insert', 'm', ''), delta('m', 0, 'Hel'), delta('m', 1, 'lo')])
  const db = open()
  const seen: string[] = []
  db.collections.messages.subscribeChanges((changes) => {
    seen.push(...changes.map(({ type, value }) => (type === 'delete' ? 'gone' : value.text)))
  })
  await db.preload({ until: 'live' })
  expect(db.collections.messages.get('m')?.text).toBe('Hello')
  for (const text of ['Hello you', 'Hello you two']) {
    const failed = on.relay.failNext(failing(503))
    void db.retry()
    await eventually(() => expect(db.status.get().state).toBe('waiting'))
    expect(db.collections.messages.get('m')?.text).toBe(seen.at(-1))
    await on.relay.append('room', [delta('m', text.split(' ').length, text.slice(seen.at(-1)?.length))])
    failed.undo()
    await db.retry()
    await eventually(() => expect(db.collections.messages.get('m')?.text).toBe(text))
  }
  expect(seen).toEqual(['Hello', 'Hello you', 'Hello you two'])
  await db.close()
})

test('a delta without its row is an issue', async () => {
  await on.relay.append('room', [delta('m', 0, 'x')])
  const db = open()
  await db.preload()
  expect(db.issues.toArray).toMatchObject([{ reason: 'fold', key: 'm' }])
  expect(db.collections.messages.size).toBe(0)
  await db.close()
})

test('a fold needs a collection, and a type of its own', () => {
  const into = (folds: object) => () => {
    createStreamDB({ streamOptions: { url: 'http://x.test/' }, state: chat, folds: folds as never })
  }
  const apply = (row: object) => row
  expect(into({ delta: { into: 'nowhere', apply } })).toThrow(/collection/)
  expect(into({ message: { into: 'messages', apply } })).toThrow(/collection/)
})

test('a repeat adds nothing, a gap shows until the final item, live as after a reload (S4-31)', async () => {
  interface Answer {
    readonly id: string
    readonly text: string
    readonly note?: string | undefined
  }
  const [next, gap] = ['next:', 'incomplete']
  const apply = (row: Answer, delta: unknown): Answer => {
    const { n, text } = delta as { n: number; text: string }
    const expected = row.note?.startsWith(next) ? Number(row.note.slice(next.length)) : 0
    if (row.note === gap || n > expected) return { ...row, note: gap }
    return n < expected ? { ...row } : { ...row, text: row.text + text, note: `${next}${n + 1}` }
  }
  const client = on.client()
  const open = () => {
    const folds = { 'message.delta': { into: 'messages' as const, apply } }
    return createStreamDB({ streamOptions: { url: on.relay.url('gap') }, client, state: chat, folds })
  }
  await on.relay.append('gap', [item('insert', 'm', '')])
  const db = open()
  await db.preload({ until: 'live' })
  const steps: [object[], string, string | undefined][] = [
    [[delta('m', 0, 'Hel'), delta('m', 0, 'Hel'), delta('m', 1, 'lo')], 'Hello', 'next:2'],
    [[delta('m', 1, 'lo'), delta('m', 0, 'Hel')], 'Hello', 'next:2'],
    [[delta('m', 3, '!')], 'Hello', 'incomplete'],
    [[item('update', 'm', 'Hello you!')], 'Hello you!', undefined],
  ]
  for (const [items, text, note] of steps) {
    await on.relay.append('gap', items)
    await eventually(() => expect(db.collections.messages.get('m')).toMatchObject({ text }))
    await eventually(() => expect(db.collections.messages.get('m')?.note).toBe(note))
    const again = open()
    await again.preload({ until: 'live' })
    expect(again.collections.messages.toArray).toMatchObject([{ text, ...(note && { note }) }])
    await again.close()
  }
  await db.close()
})

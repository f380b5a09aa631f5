import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness } from './testing/harness.ts'
import { refusing } from './testing/relay.ts'

/** Something that waits until it is let through. */
function gate() {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe.each(['memory', 'indexeddb'] as const)('on %s', (storage) => {
  let on: Harness
  beforeEach(() => {
    on = harness(storage)
  })
  afterEach(() => on.end())

  /** A database at its tail, over a network that holds back the answers to appends, or what comes over the tail. */
  async function holding(what: 'answers' | 'tails') {
    const { opened, open } = gate()
    let holds = false
    const held = () => (holds ? opened : undefined)
    const client = on.client({
      async fetch(input, init) {
        const request = new Request(input, init)
        const answer = await on.relay.fetch(input, init)
        if (what === 'answers' && request.method === 'POST') await held()
        if (what !== 'tails' || !request.url.includes('live=')) return answer
        const transform = async (chunk: Uint8Array, to: TransformStreamDefaultController<Uint8Array>) => {
          await held()
          to.enqueue(chunk)
        }
        return new Response(answer.body?.pipeThrough(new TransformStream({ transform })) ?? null, answer)
      },
    })
    await on.relay.append('room', [item('insert', 'old', 'old')])
    const db = on.open({ client })
    await db.preload({ until: 'live' })
    holds = true
    return { db, open }
  }

  /** What is seen of `m` from now on; a line ends what happens in one go. */
  function watch(db: Awaited<ReturnType<typeof holding>>['db']): string[] {
    const seen: string[] = []
    const add = (lines: string[]) => {
      if (lines.length === 0) return
      seen.push(...lines)
      queueMicrotask(() => seen.at(-1) !== '--' && seen.push('--'))
    }
    db.collections.messages.subscribeChanges((changes) =>
      add(changes.filter(({ key }) => key === 'm').map(({ type, value }) => `${type} ${value.text}`)),
    )
    db.pending.subscribeChanges((changes) =>
      add(
        changes
          .filter(({ value }) => value.keys[0]?.key === 'm')
          .map(({ type, value }) => (type === 'delete' ? 'no longer pending' : value.state)),
      ),
    )
    return seen
  }

  const shown = ['insert hi', '--', 'saved', '--']
  /** It is no longer what a transaction of TanStack's shows, which is seen in `$synced` alone. */
  const saved = ['update hi', '--', 'sending', '--']
  const echoed = ['update hi', 'no longer pending', '--']

  test('the echo comes before the answer: the row takes its place, once, and nothing after it (G6)', async () => {
    const { db, open } = await holding('answers')
    const seen = watch(db)
    await db.collections.messages.insert({ id: 'm', text: 'hi' }).isPersisted.promise
    await eventually(() => expect(db.pending.size).toBe(0))
    open()
    // What is written next is sent when that answer was dealt with.
    await db.utils.awaitTxId(db.collections.messages.insert({ id: 'next', text: 'ho' }).id)
    expect(seen).toEqual([...shown, ...saved, ...echoed])
    expect(texts(db.collections.messages)).toEqual(['old:old', 'm:hi', 'next:ho'])
  })

  test('the answer comes before the echo: it is sent, and the row takes its place, once (G6)', async () => {
    const { db, open } = await holding('tails')
    const seen = watch(db)
    await db.collections.messages.insert({ id: 'm', text: 'hi' }).isPersisted.promise
    await eventually(() => expect(db.pending.toArray).toMatchObject([{ state: 'sent' }]))
    open()
    await eventually(() => expect(db.pending.size).toBe(0))
    await db.utils.awaitTxId(db.collections.messages.insert({ id: 'next', text: 'ho' }).id)
    expect(seen).toEqual([...shown, ...saved, 'sent', '--', ...echoed])
    expect(texts(db.collections.messages)).toEqual(['old:old', 'm:hi', 'next:ho'])
  })
  test('awaitTxId waits out a relay that is away for a minute', async () => {
    await on.relay.append('room', [item('insert', 'old', 'old')])
    const db = on.open()
    await db.preload({ until: 'live' })
    const away = on.relay.failNext(refusing(503))
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
      let outcome = 'waiting'
      const waiting = db.utils.awaitTxId(tx.id).then(
        () => {
          outcome = 'there'
        },
        (error: unknown) => {
          outcome = String(error)
        },
      )
      await tx.isPersisted.promise
      await vi.advanceTimersByTimeAsync(60_000)
      expect([outcome, texts(db.collections.messages)]).toEqual(['waiting', ['old:old', 'm:hi']])
      away.undo()
      await db.retry()
      await waiting
      expect([outcome, texts(db.collections.messages)]).toEqual(['there', ['old:old', 'm:hi']])
    } finally {
      vi.useRealTimers()
    }
  })
})

import { describe, expect, test } from 'vitest'
import { type ChangeEvent, createStreamDB, type SyncError } from './index.ts'
import { chat, item, texts } from './testing/chat.ts'
import { eventually, rejection } from './testing/harness.ts'
import { stockServer } from './testing/stock.ts'

/** What code written for upstream's `createStreamDB` relies on, against the reference server. */

const { server, closing, stock, opened } = stockServer()

const bare = (type: string, key: string, value: object, operation = 'insert') => {
  return { type, key, value, headers: { operation } }
}

async function tail({ url }: { readonly url: string }): Promise<string | null> {
  const answer = await fetch(url, { method: 'HEAD' })
  return answer.headers.get('stream-next-offset')
}

describe('options', () => {
  test('a stream of the app is used as it is', async () => {
    const stream = await stock([item('insert', 'a', 'x')])
    const db = createStreamDB({ stream, state: chat })
    closing.push(() => db.close())
    expect(db.stream).toBe(stream)
    await db.preload()
    expect(texts(db.collections.messages)).toEqual(['a:x'])
  })

  test('neither stream nor streamOptions is an error', () => {
    expect(() => createStreamDB({ state: chat })).toThrow(/stream/)
  })

  test('headers are asked afresh for each request', async () => {
    const stream = await stock()
    const seen: (string | null)[] = []
    let token = 0
    const db = createStreamDB({
      state: chat,
      streamOptions: {
        url: stream.url,
        headers: { 'x-token': () => String(++token) },
        fetch: (input, init) => {
          seen.push(new Headers(init?.headers).get('x-token'))
          return fetch(input, init)
        },
      },
    })
    closing.push(() => db.close())
    await db.preload()
    await db.collections.messages.insert({ id: 'a', text: 'x' }).isPersisted.promise
    await eventually(() => expect(seen.length).toBeGreaterThan(2))
    expect(new Set(seen).size).toBe(seen.length)
  })

  test('long-poll, where that is asked for', async () => {
    const asked: (string | null)[] = []
    const stream = await stock([item('insert', 'a', 'x')])
    const db = createStreamDB({
      state: chat,
      live: 'long-poll',
      streamOptions: {
        url: stream.url,
        fetch: (input, init) => {
          asked.push(new URL(input instanceof Request ? input.url : input).searchParams.get('live'))
          return fetch(input, init)
        },
      },
    })
    closing.push(() => db.close())
    await db.preload()
    expect(asked[0]).toBeNull()
    await eventually(() => expect(asked).toContain('long-poll'))
    expect(asked).not.toContain('sse')
  })
})

test('live: false reads what is there, and follows it no further', async () => {
  const asked: (string | null)[] = []
  const stream = await stock([item('insert', 'a', 'x')])
  const db = createStreamDB({
    state: chat,
    live: false,
    streamOptions: {
      url: stream.url,
      fetch: (input, init) => {
        asked.push(new URL(input instanceof Request ? input.url : input).searchParams.get('live'))
        return fetch(input, init)
      },
    },
  })
  closing.push(() => db.close())
  await db.preload()
  await eventually(() => expect(db.status.get().state).toBe('closed'))
  await stream.append(JSON.stringify(item('insert', 'b', 'y')))
  const other = createStreamDB({ streamOptions: { url: stream.url }, state: chat })
  closing.push(() => other.close())
  await other.preload({ until: 'live' })
  await eventually(() => expect(texts(other.collections.messages)).toEqual(['a:x', 'b:y']))
  expect(texts(db.collections.messages)).toEqual(['a:x'])
  // A tail that was asked for on the way there is let go of, and no other follows.
  expect(asked[0]).toBeNull()
  expect(asked.length).toBeLessThanOrEqual(2)
})

describe('projection', () => {
  test('items go to the collection of their type; unknown ones to none', async () => {
    const { db } = await opened([
      bare('user', 'u', { name: 'Ada' }),
      bare('message', 'm', { text: 'x' }),
      bare('rocket', 'r', { text: 'y' }),
    ])
    expect(db.collections.users.get('u')).toMatchObject({ id: 'u', name: 'Ada' })
    expect(texts(db.collections.messages)).toEqual(['m:x'])
  })

  test('a row holds its value, its key and _seq, with what TanStack adds to any row', async () => {
    const { messages } = await opened([bare('message', 'm', { text: 'x' })])
    const own = Object.entries(messages.get('m') ?? {}).filter(([name]) => !name.startsWith('$'))
    expect(Object.fromEntries(own)).toEqual({ id: 'm', text: 'x', _seq: 0 })
  })

  test.each([
    ['update', [item('insert', 'a', '1'), item('update', 'a', '2')], ['a:2']],
    ['update of nothing', [item('update', 'a', '2')], ['a:2']],
    ['delete', [item('insert', 'a', '1'), item('delete', 'a')], []],
    ['delete of nothing', [item('delete', 'a')], []],
    ['upsert of nothing', [item('upsert', 'a', '1')], ['a:1']],
    ['upserts', [item('upsert', 'a', '1'), item('upsert', 'a', '2'), item('upsert', 'a', '3')], ['a:3']],
    ['insert twice: the last one', [item('insert', 'a', '1'), item('insert', 'a', '2')], ['a:2']],
    [
      'insert after delete',
      [
        item('insert', 'a', '1'),
        item('update', 'a', '2'),
        item('update', 'a', '3'),
        item('delete', 'a'),
        item('insert', 'a', '4'),
      ],
      ['a:4'],
    ],
    [
      'keys in turn',
      [
        item('insert', 'b', '1'),
        item('insert', 'a', '2'),
        item('update', 'b', '3'),
        item('upsert', 'c', '4'),
        item('delete', 'a'),
        item('update', 'c', '5'),
      ],
      ['b:3', 'c:5'],
    ],
  ])('%s', async (_, items, rows) => {
    const { messages } = await opened(items)
    expect(texts(messages)).toEqual(rows)
  })

  test('a reset message voids what came before it', async () => {
    const { messages, append } = await opened([item('insert', 'a', '1')])
    await append({ headers: { control: 'snapshot-start' } }, { headers: { control: 'reset' } })
    await append(item('insert', 'b', '2'))
    await eventually(() => expect(texts(messages)).toEqual(['b:2']))
  })
})

describe('preload, live and offset', () => {
  test('an empty stream is an empty database', async () => {
    const { db, messages } = await opened()
    expect(messages.size).toBe(0)
    expect(db.offset).toBe('-1')
  })

  test('offset is where the rows are', async () => {
    const { db, stream, append } = await opened([item('insert', 'a', '1')])
    expect(db.offset).toBe(await tail(stream))
    await append(item('insert', 'b', '2'))
    const offset = await tail(stream)
    await eventually(() => expect(db.offset).toBe(offset))
  })

  test('preload may be called again, and by many', async () => {
    const { db } = await opened([item('insert', 'a', '1')])
    await Promise.all([db.preload(), db.preload({ until: 'live' }), db.preload({ until: 'local' })])
  })

  test('what is there comes in few commits; what follows comes as inserts, updates and deletes', async () => {
    const stream = await stock(Array.from({ length: 10 }, (_, n) => item('insert', String(n), 'x')))
    const db = createStreamDB({ streamOptions: { url: stream.url }, state: chat })
    closing.push(() => db.close())
    const commits: object[][] = []
    db.collections.messages.subscribeChanges((changes) => {
      commits.push(
        changes.map(({ type, key, value, previousValue }) => ({ type, key, value, previousValue })),
      )
    })
    await db.preload()
    expect(commits.flat()).toMatchObject(
      Array.from({ length: 10 }, (_, n) => {
        const key = String(n)
        return { type: 'insert', key, value: { id: key, text: 'x' } }
      }),
    )
    expect(commits.flat()).toHaveLength(10)
    expect(commits.length).toBeLessThan(10)
    commits.length = 0
    await stream.append(JSON.stringify(item('update', '3', 'y')))
    const update = { type: 'update', key: '3', value: { text: 'y' }, previousValue: { text: 'x' } }
    await eventually(() => expect(commits).toMatchObject([[update]]))
    await stream.append(JSON.stringify(item('delete', '4')))
    const gone = { type: 'delete', key: '4', value: { id: '4', text: 'x' } }
    await eventually(() => expect(commits).toMatchObject([[update], [gone]]))
  })

  test('close ends a preload that waits', async () => {
    const db = createStreamDB({
      streamOptions: { url: `${server.url}/db/x`, fetch: () => new Promise(() => undefined) },
      state: chat,
    })
    const waiting = rejection(db.preload({ until: 'live' }))
    void db.close()
    expect(await waiting).toMatchObject({ code: 'shut-down' } satisfies Partial<SyncError>)
  })
})

describe('callbacks', () => {
  test('onBeforeBatch, then each change, then onBatch when its rows are shown', async () => {
    const calls: string[] = []
    const { db } = await opened(
      [item('insert', 'a', '1'), { headers: { control: 'snapshot-end' } }, item('delete', 'b')],
      {
        onBeforeBatch: ({ items }) => calls.push(`before ${items.length}`),
        onEvent: ({ key, headers }: ChangeEvent) => calls.push(`${headers.operation} ${key}`),
        onBatch: ({ items, offset }) => calls.push(`after ${items.length} ${offset}`),
      },
    )
    expect(calls).toEqual(['before 3', 'insert a', 'delete b', `after 3 ${db.offset}`])
  })

  test('items come as the server gives them: this one stamps into each where it stands', async () => {
    const offsets: unknown[] = []
    const told: string[] = []
    await opened([item('insert', 'a', '1'), item('insert', 'b', '2')], {
      onEvent: ({ headers }) => offsets.push(headers.offset),
      onBatch: ({ offset }) => told.push(offset),
    })
    expect(offsets).toEqual([expect.any(String), expect.any(String)])
    expect(new Set(offsets).size).toBe(2)
    expect(offsets.at(-1)).toBe(told.at(-1))
  })

  test('onBatch finds the rows of its batch', async () => {
    const { stream } = await opened()
    const sizes: number[] = []
    const db = createStreamDB({
      stream,
      state: chat,
      onBatch: () => sizes.push(db.collections.messages.size),
    })
    closing.push(() => db.close())
    await stream.append(JSON.stringify(item('insert', 'a', '1')))
    await db.preload({ until: 'live' })
    await eventually(() => expect(sizes.at(-1)).toBe(1))
  })
})

import { DurableStream } from '@durable-streams/client'
import { DurableStreamTestServer } from '@durable-streams/server'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type ChangeEvent, createStateSchema, createStreamDB, type SyncError } from './index.ts'
import { chat, item, texts } from './testing/chat.ts'
import { eventually, rejection } from './testing/harness.ts'

/** What code written for upstream's `createStreamDB` relies on, against the reference server. */

let server: DurableStreamTestServer
const closing: (() => Promise<unknown>)[] = []

beforeAll(async () => {
  server = new DurableStreamTestServer({ port: 0 })
  await server.start()
})

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

afterAll(() => server.stop())

type Options = Partial<Parameters<typeof createStreamDB<typeof chat>>[0]>

const bare = (type: string, key: string, value: object, operation = 'insert') => {
  return { type, key, value, headers: { operation } }
}

async function stock(items: readonly object[] = []) {
  const url = `${server.url}/db/${crypto.randomUUID()}`
  // The compiler meets the class twice here, once through the declarations of this package.
  const stream: ReturnType<typeof createStreamDB<typeof chat>>['stream'] = (await DurableStream.create({
    url,
    contentType: 'application/json',
  })) as never
  for (const each of items) await stream.append(JSON.stringify(each))
  return stream
}

async function tail({ url }: { readonly url: string }): Promise<string | null> {
  const answer = await fetch(url, { method: 'HEAD' })
  return answer.headers.get('stream-next-offset')
}

async function opened(items: readonly object[] = [], options: Options = {}) {
  const stream = await stock(items)
  const db = createStreamDB({ streamOptions: { url: stream.url }, state: chat, ...options })
  closing.push(() => db.close())
  await db.preload()
  const append = (...more: object[]) => Promise.all(more.map((each) => stream.append(JSON.stringify(each))))
  return { db, stream, append, messages: db.collections.messages }
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

  test('a schema refuses reserved names and two collections of one type', () => {
    const { messages } = chat
    expect(() => createStateSchema({ preload: messages })).toThrow(/reserved/i)
    expect(() => createStateSchema({ a: messages, b: messages })).toThrow(/duplicate/i)
  })

  test('the helpers of a schema make messages that come back as rows', async () => {
    const { db, append } = await opened([
      chat.users.insert({ value: { id: 'u', name: 'Ada' } }),
      chat.users.upsert({ key: 'u', value: { id: 'u', name: 'Ada L.' } }),
    ])
    expect(db.collections.users.get('u')?.name).toBe('Ada L.')
    await append(chat.users.delete({ key: 'u' }))
    await eventually(() => expect(db.collections.users.size).toBe(0))
    expect(() => chat.users.insert({ value: { id: 'u' } as never })).toThrow(/validation failed/i)
  })
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
      [item('insert', 'a', '1'), item('delete', 'a'), item('insert', 'a', '2')],
      ['a:2'],
    ],
    [
      'keys in turn',
      [
        item('insert', 'b', '1'),
        item('insert', 'a', '2'),
        item('update', 'b', '3'),
        item('upsert', 'c', '4'),
      ],
      ['b:3', 'a:2', 'c:4'],
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
    const commits: string[][] = []
    db.collections.messages.subscribeChanges((changes) => {
      commits.push(changes.map(({ type, key }) => `${type} ${key}`))
    })
    await db.preload()
    expect(commits.flat()).toHaveLength(10)
    expect(commits.length).toBeLessThan(10)
    commits.length = 0
    await stream.append(JSON.stringify(item('update', '3', 'y')))
    await eventually(() => expect(commits).toEqual([['update 3']]))
    await stream.append(JSON.stringify(item('delete', '4')))
    await eventually(() => expect(commits).toEqual([['update 3'], ['delete 4']]))
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

describe('awaitTxId', () => {
  test('waits for the write, however many ask, and knows what it has seen', async () => {
    const { db, append, messages } = await opened()
    const waiting = [db.utils.awaitTxId('t'), db.utils.awaitTxId('t'), db.utils.awaitTxId('t', 5_000)]
    await append(item('insert', 'a', 'x', { txid: 't' }))
    await Promise.all(waiting)
    expect(texts(messages)).toEqual(['a:x'])
    await db.utils.awaitTxId('t')
  })

  test('gives up after the time that is asked for', async () => {
    const { db } = await opened()
    expect(await rejection(db.utils.awaitTxId('never', 10))).toMatchObject({ code: 'timeout' })
  })
})

describe('actions', () => {
  test('as upstream: optimistic, then whatever mutationFn does', async () => {
    const stream = await stock()
    const db = createStreamDB({
      streamOptions: { url: stream.url },
      state: chat,
      actions: ({ db, stream }) => ({
        send: {
          onMutate: (text: string) => {
            db.collections.messages.insert({ id: text, text })
          },
          mutationFn: async (text: string) => {
            if (text === 'no') throw new Error('refused')
            const txid = crypto.randomUUID()
            await stream.append(JSON.stringify(item('insert', text, text, { txid })))
            await db.utils.awaitTxId(txid)
          },
        },
      }),
    })
    closing.push(() => db.close())
    await db.preload()
    await db.actions.send('yes').isPersisted.promise
    expect(texts(db.collections.messages)).toEqual(['yes:yes'])
    const failed = db.actions.send('no')
    expect(texts(db.collections.messages)).toEqual(['yes:yes', 'no:no'])
    expect(await rejection(failed.isPersisted.promise)).toMatchObject({ message: 'refused' })
    expect(texts(db.collections.messages)).toEqual(['yes:yes'])
  })

  test('without mutationFn: one entry of the outbox', async () => {
    const stream = await stock()
    const db = createStreamDB({
      streamOptions: { url: stream.url },
      state: chat,
      actions: ({ db }) => ({
        greet: {
          onMutate: ({ id, text }: { id: string; text: string }) => {
            db.collections.users.insert({ id, name: id })
            db.collections.messages.insert({ id, text })
          },
        },
      }),
    })
    closing.push(() => db.close())
    await db.preload()
    const tx = db.actions.greet({ id: 'ada', text: 'hi' })
    await db.utils.awaitTxId(tx.id)
    expect(texts(db.collections.messages)).toEqual(['ada:hi'])
    expect(db.collections.users.size).toBe(1)
    expect(db.pending.size).toBe(0)
  })

  test('what onMutate throws reaches the caller', async () => {
    const stream = await stock()
    const fail = { onMutate: () => Promise.reject(new Error()) as never }
    const boom = {
      onMutate: () => {
        throw new Error('boom')
      },
    }
    const db = createStreamDB({ stream, state: chat, actions: () => ({ boom, fail }) })
    closing.push(() => db.close())
    expect(() => db.actions.boom({})).toThrow('boom')
  })
})

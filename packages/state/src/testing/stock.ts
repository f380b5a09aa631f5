import { DurableStream } from '@durable-streams/client'
import { DurableStreamTestServer } from '@durable-streams/server'
import { afterAll, afterEach, beforeAll } from 'vitest'
import { createStreamDB } from '../stream-db.ts'
import { chat } from './chat.ts'

type Options = Partial<Parameters<typeof createStreamDB<typeof chat>>[0]>

/** The protocol's reference server for a test file, and databases on it; `closing` ends what a test leaves open. */
export function stockServer() {
  const server = new DurableStreamTestServer({ port: 0 })
  const closing: (() => Promise<unknown>)[] = []
  beforeAll(async () => void (await server.start()))
  afterEach(async () => {
    for (const close of closing.splice(0)) await close()
  })
  afterAll(() => server.stop())

  /** A stream of the stock client, with these items. */
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

  async function opened(items: readonly object[] = [], options: Options = {}) {
    const stream = await stock(items)
    const db = createStreamDB({ streamOptions: { url: stream.url }, state: chat, ...options })
    closing.push(() => db.close())
    await db.preload()
    const append = (...more: object[]) => Promise.all(more.map((each) => stream.append(JSON.stringify(each))))
    return { db, stream, append, messages: db.collections.messages }
  }

  return { server, closing, stock, opened }
}

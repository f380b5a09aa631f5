import { createClient } from '@strandline/client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createStreamDB } from './stream-db.ts'
import { chat, item, texts } from './testing/chat.ts'
import { type TestRelay, testRelay, unreachable } from './testing/relay.ts'

let relay: TestRelay
const cleanups: (() => Promise<unknown>)[] = []

beforeEach(() => {
  relay = testRelay()
})

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean()
  await relay.close()
})

function open(path = 'room') {
  const client = createClient({ storage: 'memory', fetch: relay.fetch })
  const db = createStreamDB({ streamOptions: { url: relay.url(path) }, state: chat, client })
  cleanups.push(
    () => client.close(),
    () => db.close(),
  )
  return db
}

describe('createStreamDB', () => {
  test('shows what the log holds, in the order it arrived', async () => {
    await relay.append('room', [item('insert', 'b', 'first'), item('insert', 'a', 'second')])
    const db = open()
    await db.preload()
    expect(texts(db.collections.messages)).toEqual(['b:first', 'a:second'])
    expect(db.status.get()).toMatchObject({ synced: true, storage: 'memory' })
    expect(db.collections.messages.isReady()).toBe(true)
  })

  test('a write is shown at once, saved, sent, and known by its echo', async () => {
    const db = open()
    await db.preload()
    const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
    expect(texts(db.collections.messages)).toEqual(['m:hi'])
    await tx.isPersisted.promise
    await db.utils.awaitTxId(tx.id)
    expect(texts(db.collections.messages)).toEqual(['m:hi'])
    expect(db.pending.size).toBe(0)
    expect(await relay.read('room')).toMatchObject([
      { key: 'm', headers: { operation: 'insert', txid: tx.id } },
    ])
  })

  test('offline on a new stream: opens empty, takes writes, sends them later', async () => {
    relay.fault = unreachable
    const db = open()
    await db.preload()
    expect(db.status.get()).toMatchObject({ synced: false, state: 'waiting' })
    const tx = db.collections.messages.insert({ id: 'm', text: 'hi' })
    await tx.isPersisted.promise
    expect(texts(db.collections.messages)).toEqual(['m:hi'])
    expect(db.pending.toArray).toMatchObject([{ txid: tx.id, state: 'saved' }])
    relay.fault = undefined
    await db.retry(tx.id)
    await db.utils.awaitTxId(tx.id)
    expect(await relay.read('room')).toHaveLength(1)
  })
})

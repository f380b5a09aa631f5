import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { item, texts } from './testing/chat.ts'
import { eventually, type Harness, harness } from './testing/harness.ts'
import { refusing } from './testing/relay.ts'

describe.each(['memory', 'indexeddb'] as const)('live: false, on %s', (storage) => {
  let on: Harness
  beforeEach(() => {
    on = harness(storage)
  })
  afterEach(() => on.end())

  /** Turns of the event loop: more than anything that is under way takes here. */
  const turns = async () => {
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  test('reads up to the tail, and no further: the loop ends there', async () => {
    await on.relay.append('room', [item('insert', 'a', '1')])
    const db = on.open({ live: false })
    await db.preload({ until: 'live' })
    expect(texts(db.collections.messages)).toEqual(['a:1'])
    await eventually(() => expect(db.status.get()).toMatchObject({ state: 'closed', leader: false }))
    // The tail may just have been asked for when the loop ends.
    await turns()
    const before = on.relay.requests.length
    await on.relay.append('room', [item('insert', 'b', '2')])
    await turns()
    await db.preload()
    await db.preload({ until: 'live' })
    expect(texts(db.collections.messages)).toEqual(['a:1'])
    expect(on.relay.requests.length).toBe(before)
  })

  test('a write takes the stream up again, until it is in the log', async () => {
    await on.relay.append('room', [item('insert', 'a', '1'), item('insert', 'b', '2')])
    const client = on.client()
    const db = on.open({ live: false, client })
    await db.preload({ until: 'live' })
    await eventually(() => expect(db.status.get().state).toBe('closed'))
    await on.relay.append('room', [item('delete', 'b')])
    const refused = on.relay.failNext(refusing(503))
    const seen: string[][] = []
    db.collections.messages.subscribeChanges(() => seen.push(texts(db.collections.messages)))
    const tx = db.collections.messages.insert({ id: 'mine', text: '!' })
    await tx.isPersisted.promise
    expect(texts(db.collections.messages)).toContain('mine:!')
    await turns()
    expect(db.status.get().state).not.toBe('closed')
    refused.undo()
    await db.retry()
    await db.utils.awaitTxId(tx.id)
    await eventually(() => expect(db.status.get().state).toBe('closed'))
    expect(texts(db.collections.messages)).toEqual(['a:1', 'mine:!'])
    // Read again from its start, the log never showed less than before.
    for (const rows of seen) expect(rows).toContain('a:1')
  })

  test('other databases of the stream stay live', async () => {
    await on.relay.append('room', [item('insert', 'a', '1')])
    const client = on.client()
    const once = on.open({ live: false, client })
    const live = on.open({ client })
    await Promise.all([once.preload({ until: 'live' }), live.preload({ until: 'live' })])
    await eventually(() => expect(once.status.get().state).toBe('closed'))
    await on.relay.append('room', [item('insert', 'b', '2')])
    await eventually(() => expect(texts(live.collections.messages)).toEqual(['a:1', 'b:2']))
    expect(texts(once.collections.messages)).toEqual(['a:1'])
  })
})

describe('create', () => {
  let on: Harness
  beforeEach(() => {
    on = harness('memory')
  })
  afterEach(() => on.end())

  const puts = () => on.relay.requests.filter(({ method }) => method === 'PUT').length

  test('on-open makes the stream before anything is written', async () => {
    const db = on.open({ create: 'on-open' })
    await db.preload({ until: 'live' })
    expect(await on.relay.read('room')).toEqual([])
  })

  test('on-append, the default, makes it with the first write; never does not', async () => {
    const never = on.open({ path: 'other', create: 'never' })
    await never.preload()
    await never.collections.messages.insert({ id: 'a', text: 'x' }).isPersisted.promise
    const db = on.open()
    await db.preload()
    expect(puts()).toBe(0)
    await db.collections.messages.insert({ id: 'a', text: 'x' }).isPersisted.promise
    await eventually(() => expect(db.pending.size).toBe(0))
    expect(puts()).toBe(1)
    expect(never.pending.size).toBe(1)
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StreamHandle } from '../packages/client/src/handle.ts'
import { createScene, keysOf, note, type Scene, STREAM } from './scene.ts'
import { kill } from './tabs.ts'

let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

const json = { 'content-type': 'application/json' }
const refusal = (status: number, headers = {}) =>
  new Response(JSON.stringify({ error: { code: 'scene', message: `scene ${status}` } }), { status, headers })
const isAppend = ({ method }: Request) => method === 'POST'
const append = (...texts: string[]) =>
  scene.host.ask({ method: 'POST', headers: json, body: JSON.stringify(texts.map((text) => note(text))) })
const logged = async () => (await scene.host.log()).map(({ key }) => key)
const stateOf = (handle: StreamHandle) => handle.status.get().state
const states = (handle: StreamHandle) => handle.outbox.get().map(({ state }) => state)

async function live() {
  const actor = scene.tab()
  const handle = actor.client.stream(STREAM)
  const seen = keysOf()
  handle.subscribe(seen.take)
  await scene.until(() => stateOf(handle) === 'live')
  return { ...actor, handle, ...seen }
}

describe('reading', () => {
  test('replays the log, then follows; a second visit asks from where the log ends (S3-1)', async () => {
    await append('a', 'b')
    const first = await live()
    await append('c')
    await scene.until(() => first.keys.length === 3)
    await scene.done(first.client.close())
    const before = scene.requests.length
    const second = await live()
    expect(second.keys).toEqual(['a', 'b', 'c'])
    expect(scene.requests[before]).toMatch(/^GET .*\?offset=\d/)
  })

  test('`types`: undefined is all, a list is those, none is nothing and costs no request (S3-7, S3-8)', async () => {
    await append('a')
    const { client } = scene.tab()
    const handle = client.stream(STREAM)
    const none = keysOf()
    handle.subscribe(none.take, { types: [] })
    await scene.clock.advance(5_000)
    expect(scene.requests).toEqual([])
    const others = keysOf()
    const notes = keysOf()
    handle.subscribe(others.take, { types: ['other'] })
    handle.subscribe(notes.take, { types: ['note', 'other'] })
    await scene.until(() => notes.keys.length === 1)
    expect([none.keys, others.keys]).toEqual([[], []])
  })

  test.each([null, 'note', [1]])(
    '`types` of another shape (%j) is refused, not taken for none (S3-11)',
    (types) => {
      const handle = scene.tab().client.stream(STREAM)
      expect(() => handle.subscribe(() => undefined, { types: types as never })).toThrow(
        expect.objectContaining({ code: 'invalid-argument' }),
      )
    },
  )

  test('a subscriber that throws does not keep the others from their items (S4-7)', async () => {
    const { handle, keys } = await live()
    const report = globalThis.reportError
    const reported: unknown[] = []
    globalThis.reportError = (error) => void reported.push(error)
    handle.subscribe(() => {
      throw new Error('mine')
    })
    await append('a')
    await scene.until(() => keys.length === 1)
    globalThis.reportError = report
    expect(reported).toHaveLength(1)
  })

  test('handles of one URL share one loop; with the last one everything ends (invariant 13)', async () => {
    const { client, handle } = await live()
    const other = client.stream(STREAM)
    const seen = keysOf()
    other.subscribe(seen.take)
    await append('a')
    await scene.until(() => seen.keys.length === 1)
    expect(scene.requests.filter((request) => request.includes('live='))).toHaveLength(1)
    await scene.done(handle.close())
    await scene.done(handle.close())
    await append('b')
    await scene.until(() => seen.keys.length === 2)
    await scene.done(other.close())
    await scene.host.stop()
    await scene.clock.advance(1_000)
    expect(scene.clock.pending()).toBe(0)
  })

  test('three event streams that end at once lead to long-poll, which delivers (S2-16)', async () => {
    scene.intercept = ({ url }) =>
      url.includes('live=sse')
        ? new Response('', { headers: { 'content-type': 'text/event-stream' } })
        : undefined
    const { handle, keys } = await live()
    await scene.until(() => {
      const status = handle.status.get()
      return status.state === 'live' && status.transport === 'long-poll'
    })
    await append('a')
    await scene.until(() => keys.length === 1)
  })

  test('a stream that was closed is complete, and nothing asks on', async () => {
    await append('a')
    await scene.host.ask({ method: 'POST', headers: { 'stream-closed': 'true' } })
    const { client } = scene.tab()
    const handle = client.stream(STREAM)
    const seen = keysOf()
    handle.subscribe(seen.take)
    await scene.until(() => stateOf(handle) === 'closed')
    expect(seen.keys).toEqual(['a'])
    const asked = scene.requests.length
    await scene.clock.advance(120_000)
    expect(scene.requests).toHaveLength(asked)
  })
})

describe('who the stream is (invariant 10)', () => {
  test('deleted after we had it: gone, rows readable, no loop, not made again, the write kept (G7)', async () => {
    await append('a')
    const { handle, client } = await live()
    await scene.host.ask({ method: 'DELETE' })
    await scene.until(() => stateOf(handle) === 'gone')
    await scene.done(handle.append([note('mine')]))
    const asked = scene.requests.length
    await scene.clock.advance(300_000)
    expect(scene.requests).toHaveLength(asked)
    expect(scene.requests.some((request) => request.startsWith('PUT'))).toBe(false)
    expect(states(handle)).toEqual(['saved'])
    const later = keysOf()
    handle.subscribe(later.take)
    await scene.until(() => later.keys.length === 1)
    await scene.done(client.close())
  })

  test('made again: the log is dropped and fetched anew, the outbox kept and sent (S3-4)', async () => {
    await append('a', 'b')
    const { handle, keys } = await live()
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    await scene.done(handle.append([note('mine')]))
    await scene.host.rebirth(0, async () => undefined)
    await append('new')
    await scene.until(() => keys.join() === 'new')
    scene.intercept = () => undefined
    await scene.until(() => handle.outbox.get().length === 0, 60_000)
    expect(await logged()).toEqual(['new', 'mine'])
    expect(keys).toEqual(['new', 'mine'])
  })
})

describe('writing', () => {
  test('a stream made offline is made on the relay with its first write (S1-5)', async () => {
    scene.end()
    scene = await createScene({ exists: false })
    scene.online = false
    const { client } = scene.tab()
    const handle = client.stream(STREAM)
    await scene.done(handle.append([note('first')]))
    expect(handle.status.get()).toMatchObject({ synced: false, pending: 1 })
    await scene.clock.advance(5_000)
    scene.online = true
    await scene.until(() => handle.outbox.get().length === 0, 60_000)
    expect(await logged()).toEqual(['first'])
  })

  test('a stream nobody made and nobody writes to is `not-found`, without a loop; a write makes it', async () => {
    scene.end()
    scene = await createScene({ exists: false })
    const { client } = scene.tab()
    const handle = client.stream(STREAM)
    handle.subscribe(() => undefined)
    await scene.until(() => stateOf(handle) === 'halted')
    expect(handle.status.get()).toMatchObject({ error: { code: 'not-found' } })
    await scene.clock.advance(120_000)
    expect(scene.requests).toHaveLength(1)
    await scene.done(handle.append([note('first')]))
    await scene.until(() => handle.outbox.get().length === 0)
    expect(await logged()).toEqual(['first'])
  })

  test('what waits goes out together, in order, each write with its own txid', async () => {
    const { handle } = await live()
    await scene.done(
      Promise.all(['a', 'b', 'c'].map((text) => handle.append([note(text)], { txid: `tx-${text}` }))),
    )
    await scene.until(() => handle.outbox.get().length === 0)
    expect((await scene.host.log()).map(({ headers }) => headers.txid)).toEqual(['tx-a', 'tx-b', 'tx-c'])
    expect(scene.requests.filter((request) => request.startsWith('POST')).length).toBeLessThanOrEqual(2)
  })

  test('a lost answer is found out by the same bytes again: once in the log (X4, S2-2)', async () => {
    const { handle, keys } = await live()
    const bodies: string[] = []
    let first = true
    scene.intercept = (request) => {
      if (!isAppend(request)) return undefined
      void request
        .clone()
        .text()
        .then((body) => bodies.push(body))
      if (!first) return undefined
      first = false
      void scene.host.serve(request.clone())
      throw new TypeError('answer lost')
    }
    await scene.done(handle.append([note('once')]))
    await scene.until(() => handle.outbox.get().length === 0, 60_000)
    expect(await logged()).toEqual(['once'])
    expect(keys).toEqual(['once'])
    expect(new Set(bodies).size).toBe(1)
  })

  test('one refused write in the middle is found and kept with the reason; the others go on (rule 9)', async () => {
    const { handle } = await live()
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    for (const text of ['a', 'b', 'bad poison', 'c', 'd']) await scene.done(handle.append([note(text)]))
    scene.intercept = () => undefined
    await scene.until(() => states(handle).join() === 'rejected', 120_000)
    expect(await logged()).toEqual(['a', 'b', 'c', 'd'])
    expect(handle.outbox.get()).toMatchObject([
      {
        state: 'rejected',
        error: { code: 'too-large', status: 413 },
        keys: [{ type: 'note', key: 'bad poison' }],
      },
    ])
  })

  test('a refused write is sent again on request, or discarded', async () => {
    const { handle } = await live()
    scene.intercept = (request) => (isAppend(request) ? refusal(413) : undefined)
    const { txid: kept } = await scene.done(handle.append([note('kept')]))
    const { txid: gone } = await scene.done(handle.append([note('gone')]))
    await scene.until(() => states(handle).join() === 'rejected,rejected')
    scene.intercept = () => undefined
    expect(await scene.done(handle.discard(gone))).toBe(true)
    expect(await scene.done(handle.retry(kept))).toBe(true)
    await scene.until(() => handle.outbox.get().length === 0)
    expect(await logged()).toEqual(['kept'])
  })

  test('a closed stream refuses what still waits, with its code', async () => {
    const { handle } = await live()
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    await scene.done(handle.append([note('late')]))
    await scene.host.ask({ method: 'POST', headers: { 'stream-closed': 'true' } })
    scene.intercept = () => undefined
    await scene.until(() => states(handle).join() === 'rejected', 60_000)
    expect(handle.outbox.get()).toMatchObject([{ error: { code: 'closed', status: 409 } }])
  })

  test('Retry-After is kept to, and order with it (S4-27)', async () => {
    const { handle } = await live()
    let asked = 0
    scene.intercept = (request) => {
      if (!isAppend(request) || ++asked > 1) return undefined
      return refusal(429, { 'retry-after': '7' })
    }
    const sent = scene.clock.now()
    await scene.done(handle.append([note('a')]))
    await scene.done(handle.append([note('b')]))
    await scene.until(() => handle.outbox.get().length === 0, 60_000)
    expect(scene.clock.now() - sent).toBeGreaterThanOrEqual(7_000)
    expect(await logged()).toEqual(['a', 'b'])
  })

  test('credentials that are refused wait for a person, nothing is dropped, no loop (S2-32)', async () => {
    const { handle } = await live()
    scene.intercept = () => refusal(401)
    await scene.done(handle.append([note('kept')]))
    await scene.until(() => stateOf(handle) === 'unauthorized')
    const asked = scene.requests.length
    await scene.clock.advance(300_000)
    expect(scene.requests).toHaveLength(asked)
    scene.intercept = () => undefined
    await scene.done(handle.retry())
    await scene.until(() => handle.outbox.get().length === 0)
    expect(await logged()).toEqual(['kept'])
  })

  test('who may read but not write keeps reading; the write is asked about a few times, then left alone', async () => {
    const { handle, keys } = await live()
    scene.intercept = (request) => (isAppend(request) ? refusal(403) : undefined)
    await scene.done(handle.append([note('mine')]))
    await scene.clock.advance(120_000)
    const appends = () => scene.requests.filter((request) => request.startsWith('POST')).length
    const asked = appends()
    expect(asked).toBeLessThanOrEqual(4)
    await append('theirs')
    await scene.until(() => keys.includes('theirs'))
    await scene.clock.advance(120_000)
    expect(appends()).toBe(asked)
    expect(handle.outbox.get()).toMatchObject([{ state: 'sending', error: { code: 'unauthorized' } }])
  })

  test('history trimmed past an answer that was never heard: the write is uncertain, for a person (rule 11)', async () => {
    await append('a')
    const { handle } = await live()
    let trimmed = false
    scene.intercept = (request) => {
      if (isAppend(request)) throw new TypeError('no answer')
      const { searchParams } = new URL(request.url)
      const from = searchParams.get('offset')
      return trimmed && request.method === 'GET' && from !== '-1' ? refusal(410) : undefined
    }
    await scene.done(handle.append([note('mine')]))
    await scene.clock.advance(1_000)
    trimmed = true
    await scene.until(() => states(handle).join() === 'uncertain', 120_000)
    expect(handle.outbox.get()).toMatchObject([{ error: { code: 'trimmed' } }])
    scene.intercept = () => undefined
    await scene.clock.advance(60_000)
    expect(await logged()).toEqual(['a'])
    await scene.done(handle.retry(handle.outbox.get()[0]?.txid))
    await scene.until(() => handle.outbox.get().length === 0, 60_000)
    expect(await logged()).toEqual(['a', 'mine'])
  })

  test.each([
    ['no items', []],
    ['an item without headers', [{ type: 'note', key: 'a', value: {} }]],
    ['a primitive', [42]],
    ['an item that JSON cannot carry', [{ ...note('a'), value: { n: 1n } }]],
  ])('%s is refused before anything is saved', async (_, items) => {
    const { handle } = await live()
    await expect(handle.append(items as never)).rejects.toMatchObject({ name: 'SyncError' })
    expect(handle.outbox.get()).toEqual([])
  })

  test('a write over the limit is refused before anything is saved', async () => {
    const { handle } = await live()
    const large = handle.append([note('x'.repeat(9 * 1024 * 1024))])
    await expect(large).rejects.toMatchObject({ code: 'too-large' })
    expect(handle.outbox.get()).toEqual([])
  })

  test('logging out hands back what never left (G8)', async () => {
    const { handle, client } = await live()
    scene.online = false
    await scene.done(handle.append([note('unsent')]))
    const { unsent } = await scene.done(client.destroy())
    expect(unsent).toMatchObject([{ keys: [{ type: 'note', key: 'unsent' }], stream: STREAM }])
    await expect(handle.append([note('late')])).rejects.toMatchObject({ code: 'shut-down' })
    expect(() => client.stream(STREAM)).toThrow(expect.objectContaining({ code: 'shut-down' }))
  })
})

describe('tabs', () => {
  const tails = () => scene.requests.filter((request) => request.includes('live=')).length

  test('one tab leads; what one writes the other shows; both show the leader’s state', async () => {
    const one = await live()
    const two = await live()
    await scene.clock.advance(1_000)
    expect(tails()).toBe(1)
    expect([one.handle.status.get().leader, two.handle.status.get().leader]).toEqual([true, false])
    await scene.done(two.handle.append([note('from two')]))
    await scene.until(() => one.keys.length === 1 && two.keys.length === 1)
    await scene.until(() => two.handle.outbox.get().length === 0)
    expect(await logged()).toEqual(['from two'])
  })

  test('a leader that closes or crashes is followed at once, with its claim', async () => {
    const one = await live()
    const two = await live()
    scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
    await scene.done(one.handle.append([note('left behind')]))
    await scene.clock.advance(100)
    kill(one.life)
    scene.intercept = () => undefined
    await scene.until(() => two.handle.status.get().leader, 500)
    await scene.until(() => two.handle.outbox.get().length === 0, 60_000)
    expect(await logged()).toEqual(['left behind'])
    const three = await live()
    await scene.done(two.client.close())
    await scene.until(() => three.handle.status.get().leader, 500)
  })

  test('a frozen leader is replaced within 3 s; thawed, it follows (T11)', async () => {
    const one = await live()
    const two = await live()
    let thaw = (): void => undefined
    one.life.frozen = new Promise<void>((resolve) => {
      thaw = () => {
        one.life.frozen = undefined
        resolve()
      }
    })
    const took = await scene.until(() => two.handle.status.get().leader, 10_000)
    expect(took).toBeLessThanOrEqual(3_000)
    await append('meanwhile')
    await scene.until(() => two.keys.length === 1)
    thaw()
    await scene.until(() => !one.handle.status.get().leader)
    await scene.until(() => one.keys.length === 1)
    await append('after')
    await scene.until(() => one.keys.length === 2 && two.keys.length === 2)
  })
})

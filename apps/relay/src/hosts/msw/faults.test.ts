import { createClient, type StreamHandle } from '@strandline/client'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hurry } from '../../testing/hurry.ts'
import { SseReader } from '../../testing/sse.ts'
import { createMockRelay, type MockRelay } from './index.ts'

let relay: MockRelay

beforeEach(async () => {
  relay = createMockRelay({ baseUrl: 'http://relay.test' })
  await relay.append('room', [item('first')])
})
afterEach(() => relay.close())

const json = { 'content-type': 'application/json' }
function item(key: string) {
  return { type: 'note', key, value: { text: key }, headers: { operation: 'insert' } }
}
const keys = async (path = 'room') => ((await relay.read(path)) as { key: string }[]).map(({ key }) => key)
const get = (query = '') => relay.fetch(relay.url('room') + query)
const post = (key: string, headers = {}) =>
  relay.fetch(relay.url('room'), {
    method: 'POST',
    headers: { ...json, ...headers },
    body: JSON.stringify([item(key)]),
  })
const producer = (seq: number) => ({
  'producer-id': 'p',
  'producer-epoch': '0',
  'producer-seq': String(seq),
})
const follow = async () => {
  const events = new SseReader(await get('?offset=now&live=sse'))
  await events.untilUpToDate()
  return events
}
const broken = { name: 'TypeError' }

describe('what happens to requests', () => {
  test('offline: nothing gets through, open tails break; online: as before', async () => {
    const events = await follow()
    const fault = relay.offline()
    await expect(events.next()).rejects.toMatchObject(broken)
    await expect(get()).rejects.toMatchObject(broken)
    await expect(post('lost')).rejects.toMatchObject(broken)
    await fault.happened
    relay.online()
    expect((await post('kept')).status).toBe(204)
    expect(await keys()).toEqual(['first', 'kept'])
  })

  test('dropTails breaks live reads that are open, of one stream where one is named, and nothing else', async () => {
    await relay.append('other', [])
    const [here, there] = [
      await follow(),
      new SseReader(await relay.fetch(`${relay.url('other')}?offset=now&live=sse`)),
    ]
    await there.untilUpToDate()
    relay.dropTails({ path: 'room' })
    await expect(here.next()).rejects.toMatchObject(broken)
    await relay.append('other', [item('still here')])
    expect((await there.untilUpToDate()).items).toHaveLength(1)
    const anew = await follow()
    await relay.append('room', [item('new')])
    expect((await anew.untilUpToDate()).items).toHaveLength(1)
  })

  test('dropNextAck: committed, then silence; the same again is a duplicate', async () => {
    const fault = relay.dropNextAck()
    await expect(post('once', producer(0))).rejects.toMatchObject(broken)
    await fault.happened
    expect(await keys()).toEqual(['first', 'once'])
    expect((await post('once', producer(0))).status).toBe(204)
    expect(await keys()).toEqual(['first', 'once'])
  })

  test('failNext: so many, of one method, with Retry-After, in the relay’s own form; nothing is stored', async () => {
    const fault = relay.failNext({ status: 429, method: 'POST', times: 2, retryAfter: 7 })
    expect((await get()).status).toBe(200)
    for (const key of ['a', 'b']) {
      const answer = await post(key)
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '7'])
      expect(await answer.json()).toMatchObject({ error: { code: 'too-many-tails' } })
    }
    await fault.happened
    expect((await post('c')).status).toBe(204)
    expect(await keys()).toEqual(['first', 'c'])
  })

  test('failures wait in line; one that is undone does not happen; one may be for what a body holds', async () => {
    relay.failNext({ status: 500 })
    relay.failNext({ status: 503 })
    expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([500, 503, 200])
    relay.failNext({ status: 500 }).undo()
    relay.failNext({ status: 413, body: 'poison', times: Number.POSITIVE_INFINITY })
    expect([(await post('a')).status, (await post('poison')).status, (await post('poison')).status]).toEqual([
      204, 413, 413,
    ])
  })

  test.each([
    ['answer', true],
    ['request', false],
  ] as const)('delay of the %s: the relay has it before: %s', async (of, before) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    relay.delay(5_000, { of })
    let status = 0
    const answered = post('slow').then((answer) => {
      status = answer.status
    })
    await vi.advanceTimersByTimeAsync(4_999)
    expect((await keys()).includes('slow')).toBe(before)
    expect(status).toBe(0)
    await vi.advanceTimersByTimeAsync(1)
    await answered
    expect(status).toBe(204)
    relay.delay(0)
    expect((await get()).status).toBe(200)
    vi.useRealTimers()
  })

  test('who leaves while an answer is delayed is let go, and no timer stays', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    relay.delay(60_000)
    const life = new AbortController()
    const asked = relay.fetch(relay.url('room'), { signal: life.signal })
    await vi.advanceTimersByTimeAsync(10)
    life.abort()
    await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
    await vi.advanceTimersByTimeAsync(10)
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
  })

  test('duplicateNext: with a producer it counts once, without one twice', async () => {
    relay.duplicateNext()
    expect((await post('once', producer(0))).status).toBe(200)
    relay.duplicateNext()
    await post('twice')
    await post('after')
    expect(await keys()).toEqual(['first', 'once', 'twice', 'twice', 'after'])
  })

  test('refuseCredentials: everything is 401, or some of it 403, until they are accepted', async () => {
    relay.refuseCredentials()
    const refused = await get()
    expect([refused.status, (await post('a')).status]).toEqual([401, 401])
    expect(await refused.json()).toMatchObject({ error: { code: 'unauthorized' } })
    relay.acceptCredentials()
    relay.refuseCredentials({ method: 'POST', status: 403 })
    expect([(await get()).status, (await post('a')).status]).toEqual([200, 403])
    relay.acceptCredentials()
    expect((await post('a')).status).toBe(204)
  })

  test('muteTails: an event stream opens and stays silent, everything else goes through', async () => {
    const fault = relay.muteTails()
    const answer = await get('?offset=-1&live=sse')
    await fault.happened
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    let heard = false
    const silent = new SseReader(answer).next().then(
      () => {
        heard = true
      },
      () => undefined,
    )
    await relay.append('room', [item('unheard')])
    expect((await get()).status).toBe(200)
    for (let n = 0; n < 20; n++) await new Promise((resolve) => setImmediate(resolve))
    expect(heard).toBe(false)
    relay.dropTails()
    await silent
    expect(heard).toBe(false)
    fault.undo()
    const events = await follow()
    await relay.append('room', [item('heard')])
    expect((await events.untilUpToDate()).items).toEqual([item('heard')])
  })
})

describe('what happens to the relay', () => {
  test('wipe: every stream is gone, tails end; made again it is another life', async () => {
    const life = (await get()).headers.get('stream-incarnation')
    const events = await follow()
    await relay.wipe()
    expect(await events.next()).toBeUndefined()
    expect(events.rest).toBe('')
    expect((await get()).status).toBe(404)
    await relay.append('room', [item('anew')])
    expect((await get()).headers.get('stream-incarnation')).not.toBe(life)
    expect(await keys()).toEqual(['anew'])
  })

  test('remove, recreate: gone; another life with what it is given', async () => {
    const life = (await get()).headers.get('stream-incarnation')
    await relay.remove('room')
    expect([(await get()).status, await relay.tail('room')]).toEqual([404, null])
    await relay.recreate('room', [item('restored')])
    await relay.recreate('room', [item('again')])
    expect((await get()).headers.get('stream-incarnation')).not.toBe(life)
    expect(await keys()).toEqual(['again'])
    await expect(relay.remove('nowhere')).rejects.toThrow('404')
  })

  test('seal: complete, and it takes no more', async () => {
    await relay.seal('room')
    expect((await get()).headers.get('stream-closed')).toBe('true')
    expect((await post('late')).status).toBe(409)
  })

  test('trim: an old offset is 410, the start begins later, the end goes on', async () => {
    const old = '0000000000000000_0000000000000000'
    await relay.append('room', [item('second')])
    const tail = await relay.tail('room')
    await relay.trim('room')
    await relay.append('room', [item('third')])
    expect((await get(`?offset=${old}`)).status).toBe(410)
    expect((await get(`?offset=${old}&live=sse`)).status).toBe(410)
    for (const query of ['', '?offset=-1', `?offset=${tail}`])
      expect(await (await get(query)).json()).toEqual([item('third')])
    expect((await get('?offset=now')).status).toBe(200)
    expect(await keys()).toEqual(['first', 'second', 'third'])
  })
})

describe('cutAfter', () => {
  test('an answer breaks off after so many bytes, once', async () => {
    const whole = new Uint8Array(await (await get()).arrayBuffer())
    const fault = relay.cutAfter(10)
    const body = (await get()).body?.getReader()
    expect((await body?.read())?.value).toEqual(whole.slice(0, 10))
    await expect(body?.read()).rejects.toMatchObject(broken)
    await fault.happened
    expect(relay.requests.at(-1)?.bytes).toBe(10)
    expect(new Uint8Array(await (await get()).arrayBuffer())).toEqual(whole)
  })

  test('0 bytes: headers, then the break; more bytes than there are: not yet', async () => {
    relay.cutAfter(0)
    const empty = await get()
    expect(empty.status).toBe(200)
    await expect(empty.text()).rejects.toMatchObject(broken)
    relay.cutAfter(10_000_000)
    expect(await (await get()).json()).toHaveLength(1)
  })

  test('at every byte of a frame, in several scripts: the client has each item once, in order', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date'] })
    const client = createClient({ storage: 'memory', fetch: relay.fetch, effects: { random: () => 0 } })
    const handle = client.stream(relay.url('room'), { tail: 'sse' })
    const seen: string[] = []
    handle.subscribe(({ items }) => seen.push(...items.map((one) => (one as { key: string }).key)))
    const until = async (holds: () => boolean) => {
      while (!holds()) await vi.advanceTimersByTimeAsync(50)
    }
    const live = () => until(() => handle.status.get().state === 'live')
    await live()
    await until(() => seen.length === 1)

    const tail = () => relay.requests.findLast(({ live }) => live === 'sse')
    const before = tail()?.bytes ?? 0
    const expected = ['first', 'é潮🌊0']
    await relay.append('room', [item('é潮🌊0')])
    await until(() => seen.length === 2)
    const frame = (tail()?.bytes ?? 0) - before
    expect(frame).toBeGreaterThan(150)

    for (let bytes = 1; bytes < frame; bytes++) {
      const fault = relay.cutAfter(bytes)
      expected.push(`é潮🌊${bytes}`)
      await relay.append('room', [item(`é潮🌊${bytes}`)])
      await until(() => seen.length === expected.length)
      await fault.happened
      await live()
    }
    expect(seen).toEqual(expected)
    await client.close()
    vi.useRealTimers()
  }, 20_000)
})

describe('settled', () => {
  let handle: StreamHandle
  let client: ReturnType<typeof createClient>

  beforeEach(() => {
    client = createClient({ storage: 'memory', fetch: relay.fetch, effects: hurry })
    handle = client.stream(relay.url('room'))
  })
  afterEach(() => client.close())

  test('resolves when what was written is in everybody’s log', async () => {
    const other = createClient({ storage: 'memory', fetch: relay.fetch })
    const seen: unknown[] = []
    other.stream(relay.url('room')).subscribe(({ items }) => seen.push(...items))
    await handle.append([item('mine')])
    await relay.settled(handle)
    expect(handle.outbox.get()).toEqual([])
    expect(seen).toHaveLength(2)
    await other.close()
  })

  test.each([
    ['the relay is down', () => relay.failNext({ status: 503, times: 2 })],
    ['an answer is lost', () => relay.dropNextAck()],
    ['an answer is cut', () => relay.cutAfter(3)],
    ['it is doubled', () => relay.duplicateNext()],
  ])('waits for a client that comes back by itself: %s', async (_, fail) => {
    handle.subscribe(() => undefined)
    await relay.settled()
    fail()
    await handle.append([item('mine')])
    await relay.settled(handle)
    expect([handle.status.get().state, handle.outbox.get(), await keys()]).toEqual([
      'live',
      [],
      ['first', 'mine'],
    ])
  })

  test('without anybody named, those who were put off or cut off are waited for all the same', async () => {
    handle.subscribe(() => undefined)
    await relay.settled()
    relay.dropTails()
    await relay.settled()
    expect(handle.status.get().state).toBe('live')
    relay.failNext({ status: 503, method: 'POST' })
    await handle.append([item('mine')])
    await relay.settled()
    expect(handle.outbox.get()).toEqual([])
  })

  test('a refused write, or credentials that are wanted, are an end too', async () => {
    relay.failNext({ status: 413, method: 'POST' })
    await handle.append([item('large')])
    await relay.settled(handle)
    expect(handle.outbox.get()).toMatchObject([{ state: 'rejected' }])
    relay.refuseCredentials()
    relay.dropTails()
    await relay.settled(handle)
    expect(handle.status.get().state).toBe('unauthorized')
  })

  test('says what it waits for when it takes too long', async () => {
    handle.subscribe(() => undefined)
    await relay.settled(handle)
    relay.offline()
    await handle.append([item('mine')])
    await expect(relay.settled({ within: 50 })).rejects.toThrow('a follower of room to come back')
    await expect(relay.settled(handle, { within: 50 })).rejects.toThrow('1 writes to be in the log')
    relay.online()
    await relay.settled(handle)
  })
})

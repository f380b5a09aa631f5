import { createClient } from '@strandline/client'
import { expect, onTestFinished, test, vi } from 'vitest'
import { BROKEN, item, mockRoom } from '../../testing/mock-room.ts'
import { SseReader } from '../../testing/sse.ts'
import type { Fault } from './faults.ts'
import type { TestRelay } from './test-relay.ts'

const producer = (seq: number) => ({
  'producer-id': 'p',
  'producer-epoch': '0',
  'producer-seq': String(seq),
})

test('offline: nothing gets through, open tails break; online: as before', async () => {
  const { relay, keys, get, post, follow } = await mockRoom()
  const events = await follow()
  const fault = relay.offline()
  await expect(events.next()).rejects.toMatchObject(BROKEN)
  await expect(get()).rejects.toMatchObject(BROKEN)
  await expect(post('lost')).rejects.toMatchObject(BROKEN)
  await fault.happened
  relay.online()
  expect((await post('kept')).status).toBe(204)
  expect(await keys()).toEqual(['first', 'kept'])
})

test('dropTails breaks live reads that are open, of one stream where one is named, and nothing else', async () => {
  const { relay, follow } = await mockRoom()
  await relay.append('other', [])
  const [here, there] = [
    await follow(),
    new SseReader(await relay.fetch(`${relay.url('other')}?offset=now&live=sse`)),
  ]
  await there.untilUpToDate()
  relay.dropTails({ path: 'room' })
  await expect(here.next()).rejects.toMatchObject(BROKEN)
  await relay.append('other', [item('still here')])
  expect((await there.untilUpToDate()).items).toHaveLength(1)
  const anew = await follow()
  await relay.append('room', [item('new')])
  expect((await anew.untilUpToDate()).items).toHaveLength(1)
})

test('endTails: event streams of the one stream end as by themselves, at a frame’s edge', async () => {
  const { relay, follow } = await mockRoom()
  await relay.append('other', [])
  const [here, there] = [
    await follow(),
    new SseReader(await relay.fetch(`${relay.url('other')}?offset=now&live=sse`)),
  ]
  await there.untilUpToDate()
  relay.endTails({ path: 'room' })
  expect(await here.next()).toBeUndefined()
  expect(here.rest).toBe('')
  const anew = await follow()
  await relay.append('other', [item('still here')])
  expect((await there.untilUpToDate()).items).toHaveLength(1)
  await relay.append('room', [item('new')])
  expect((await anew.untilUpToDate()).items).toHaveLength(1)
})

test('dropNextAck: committed, then silence; the same again is a duplicate', async () => {
  const { relay, keys, post } = await mockRoom()
  const fault = relay.dropNextAck()
  await expect(post('once', producer(0))).rejects.toMatchObject(BROKEN)
  await fault.happened
  expect(await keys()).toEqual(['first', 'once'])
  expect((await post('once', producer(0))).status).toBe(204)
  expect(await keys()).toEqual(['first', 'once'])
})

test('failNext: so many, of one method, with Retry-After, in the relay’s own form; nothing is stored', async () => {
  const { relay, keys, get, post } = await mockRoom()
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
  const { relay, get, post } = await mockRoom()
  relay.failNext({ status: 500 })
  relay.failNext({ status: 503 })
  expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([500, 503, 200])
  relay.failNext({ status: 500 }).undo()
  relay.failNext({ status: 413, body: 'poison', times: Number.POSITIVE_INFINITY })
  expect([(await post('a')).status, (await post('poison')).status, (await post('poison')).status]).toEqual([
    204, 413, 413,
  ])
})

test('a request that gets no further spends nothing of what lies behind', async () => {
  const { relay, get } = await mockRoom()
  relay.refuseCredentials({ times: 1 })
  relay.failNext({ status: 500 })
  const heard = vi.fn()
  void relay.delay(1, { times: 1 }).happened.then(heard)
  relay.offline()
  await expect(get()).rejects.toMatchObject(BROKEN)
  await new Promise((resolve) => setImmediate(resolve))
  expect(heard).not.toHaveBeenCalled()
  relay.online()
  expect([(await get()).status, (await get()).status, (await get()).status]).toEqual([401, 500, 200])
  expect(heard).toHaveBeenCalledOnce()
})

test('live: false is for reads that are not live, and no others', async () => {
  const { relay, get } = await mockRoom()
  relay.failNext({ status: 503, live: false })
  expect((await get('?offset=-1&live=sse')).status).toBe(200)
  expect([(await get()).status, (await get()).status]).toEqual([503, 200])
})

test.each([
  ['answer', true],
  ['request', false],
] as const)('delay of the %s: the relay has it before: %s', async (of, before) => {
  const { relay, keys, get, post } = await mockRoom()
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

test.each([
  ['undo', ({ undo }: Fault) => undo()],
  ['delay(0)', (_: Fault, relay: TestRelay) => relay.delay(0)],
] as const)('a delay that is ended by %s lets go of what it holds', async (_, end) => {
  const { relay, get, post } = await mockRoom()
  for (const of of ['answer', 'request'] as const) {
    const slow = relay.delay(1_000_000, { of, method: 'POST' })
    const held = post(of)
    expect((await get()).status).toBe(200)
    end(slow, relay)
    expect((await held).status).toBe(204)
  }
})

test('one delay holds up any number; what it held and what has passed leave nothing behind', async () => {
  const { relay, get } = await mockRoom()
  const slow = relay.delay(1)
  for (let n = 0; n < 12; n++) await get()
  slow.undo()
  const held = relay.delay(1_000_000)
  const answers = Promise.all(Array.from({ length: 12 }, () => get()))
  await new Promise((resolve) => setImmediate(resolve))
  held.undo()
  expect((await answers).map(({ status }) => status)).toEqual(Array(12).fill(200))
})

test('who leaves while an answer is delayed is let go, and no timer stays', async () => {
  const { relay } = await mockRoom()
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
  const { relay, keys, post } = await mockRoom()
  relay.duplicateNext()
  expect((await post('once', producer(0))).status).toBe(200)
  relay.duplicateNext()
  await post('twice')
  await post('after')
  expect(await keys()).toEqual(['first', 'once', 'twice', 'twice', 'after'])
})

test('refuseCredentials: everything is 401, or some of it 403, until they are accepted', async () => {
  const { relay, get, post } = await mockRoom()
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

test.each([
  ['delay', (relay: TestRelay) => relay.delay(1)],
  ['trickle', (relay: TestRelay) => relay.trickle(1_000)],
  ['refuseCredentials', (relay: TestRelay) => relay.refuseCredentials()],
])('%s, in force until it is ended, has happened with the first that meets it', async (_, add) => {
  const { relay, get } = await mockRoom()
  const heard = vi.fn()
  const fault = add(relay)
  void fault.happened.then(heard)
  await new Promise((resolve) => setImmediate(resolve))
  expect(heard).not.toHaveBeenCalled()
  await (await get()).text()
  await fault.happened
})

test('muteTails: an event stream opens and stays silent, everything else goes through', async () => {
  const { relay, get, follow } = await mockRoom()
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

test('muteTails, undone: what open tails were not told comes through, once, and what follows', async () => {
  const { relay, get } = await mockRoom()
  const fault = relay.muteTails()
  // More than may listen to one signal.
  const tails = await Promise.all(
    Array.from({ length: 12 }, async () => new SseReader(await get('?offset=-1&live=sse'))),
  )
  const heard = tails.map(async (tail) => {
    const items: unknown[] = []
    while (items.length < 3) items.push(...(await tail.untilUpToDate()).items)
    return items
  })
  await relay.append('room', [item('held up')])
  fault.undo()
  await relay.append('room', [item('after')])
  for (const items of await Promise.all(heard))
    expect(items).toEqual([item('first'), item('held up'), item('after')])
})

test('muteTails: a client whose tail is silent shows what came meanwhile once that is over, on the same tail', async () => {
  const { relay } = await mockRoom()
  const fault = relay.muteTails()
  const client = createClient({ storage: 'memory', fetch: relay.fetch })
  onTestFinished(() => client.close())
  const handle = client.stream(relay.url('room'))
  const seen: string[] = []
  handle.subscribe(({ items }) => seen.push(...items.map((one) => (one as { key: string }).key)))
  await fault.happened
  await relay.append('room', [item('held up')])
  const asked = relay.requests.length
  fault.undo()
  await relay.settled(handle)
  expect(seen).toEqual(['first', 'held up'])
  expect(relay.requests).toHaveLength(asked)
})

test('forgetProducers: who wrote is a stranger, here and at each next time; other streams and the log are as they were', async () => {
  const { relay, keys, post } = await mockRoom()
  for (const [seq, key] of ['a', 'b'].entries()) await post(key, producer(seq))
  relay.forgetProducers('other')
  expect((await post('b', producer(1))).status).toBe(204)
  for (const [times, key] of [
    [1, 'c'],
    [2, 'd'],
  ] as const) {
    relay.forgetProducers('room')
    const gap = await post(key, producer(2))
    expect([gap.status, gap.headers.get('producer-expected-seq')]).toEqual([409, '0'])
    expect((await post(key, producer(0))).ok).toBe(true)
    expect(await keys()).toHaveLength(3 + times)
  }
  expect(relay.requests.every((request) => request.producer?.id === 'p')).toBe(true)
})

test('open: what is under way; a fault may be for every stream that a pattern matches', async () => {
  const { relay, get, follow } = await mockRoom()
  expect(relay.open()).toEqual([])
  const events = await follow()
  expect(relay.open()).toMatchObject([{ live: 'sse', path: 'room' }])
  relay.failNext({ status: 503, path: /^other/ })
  expect(await (await get()).json()).toHaveLength(1)
  relay.failNext({ status: 503, path: /^ro+m$/ })
  expect((await get()).status).toBe(503)
  relay.dropTails({ path: /^other/ })
  expect(relay.open()).toHaveLength(1)
  relay.dropTails({ path: /m$/ })
  await expect(events.next()).rejects.toMatchObject(BROKEN)
  expect(relay.open()).toEqual([])
})

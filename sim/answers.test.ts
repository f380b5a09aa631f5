import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createScene, keysOf, note, refusal, type Scene, STREAM } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

const framed = (text: string) => new Response(text, { headers: { 'content-type': 'text/event-stream' } })
const tails = () => scene.requests.filter((request) => request.includes('live='))

/** A tab whose tail ends in good order, and whose reads are answered by `answer` from then on. */
async function thenAnswered(answer: (request: Request) => Response | undefined) {
  const tab = await scene.live()
  await scene.append('first')
  await scene.until(() => tab.keys.length === 1)
  scene.intercept = answer
  await scene.host.stop()
  scene.host.start()
  return tab
}

describe('what a relay answers to a reader, and what becomes of the stream (S3-28)', () => {
  test.each([
    [400, { state: 'halted', error: { code: 'refused' } }],
    [401, { state: 'unauthorized' }],
    [403, { state: 'unauthorized' }],
    [404, { state: 'gone' }],
    [410, { state: 'gone' }],
    [413, { state: 'halted', error: { code: 'too-large' } }],
  ])('%i: it is not asked again', async (status, expected) => {
    const { handle } = await thenAnswered(() => refusal(status))
    await scene.until(() => handle.status.get().state === expected.state)
    expect(handle.status.get()).toMatchObject(expected)
    const asked = scene.requests.length
    // Credentials are asked for again; the relay only where they are other ones.
    await scene.clock.advance(10 * 60_000)
    expect(scene.requests.length).toBe(asked)
  })

  test.each([
    [408, {}, 'busy', 0],
    [429, { 'retry-after': '7' }, 'busy', 7_000],
    [500, {}, 'server', 0],
    [503, { 'retry-after': '7' }, 'server', 7_000],
  ])('%i %j: it waits, and comes back by itself (S4-12, S4-27)', async (status, headers, code, atLeast) => {
    let refused = 0
    const { handle, keys } = await thenAnswered(() =>
      refused++ === 0 ? refusal(status, headers) : undefined,
    )
    await scene.until(() => refused === 1 && handle.status.get().state === 'waiting')
    expect(handle.status.get()).toMatchObject({ reason: 'backoff', error: { code } })
    await scene.append('meanwhile')
    expect(await scene.until(() => keys.length === 2, 60_000)).toBeGreaterThanOrEqual(atLeast - 10)
    await scene.until(() => handle.status.get().state === 'live')
  })

  test('none at all: the request is given up, and nothing is lost (S0-27)', async () => {
    await scene.append('first')
    let hanging = 0
    scene.intercept = () => (hanging++ === 0 ? new Promise<never>(() => undefined) : undefined)
    const handle = scene.tab().client.stream(STREAM)
    const { keys, take } = keysOf()
    handle.subscribe(take)
    await scene.until(() => handle.status.get().state === 'waiting', 60_000)
    expect(handle.status.get()).toMatchObject({ reason: 'backoff', error: { code: 'timeout' } })
    await scene.append('meanwhile')
    await scene.until(() => handle.status.get().state === 'live' && keys.length === 2, 60_000)
    expect(keys).toEqual(['first', 'meanwhile'])
  })

  test('a tail that is ended in good order: it goes on from its offset', async () => {
    const { handle, keys } = await thenAnswered(() => undefined)
    await scene.append('meanwhile')
    await scene.until(() => tails().length > 1 && keys.length === 2 && handle.status.get().state === 'live')
    expect(tails()).toHaveLength(2)
  })

  test.each([
    ['no JSON', 'event: control\ndata: {\n\n'],
    ['items without a place', 'event: data\ndata: [1]\n\nevent: data\ndata: {"not":"an array"}\n\n'],
    ['nothing of ours', '<html>\n\n'],
  ])('a first frame that is %s: nothing of it is taken, and it waits (S3-13)', async (_, frame) => {
    let broken = 0
    const { handle, keys } = await thenAnswered(({ url }) =>
      url.includes('live=') && broken++ === 0 ? framed(frame) : undefined,
    )
    await scene.until(() => broken === 1 && handle.status.get().state === 'waiting')
    await scene.append('meanwhile')
    await scene.until(() => handle.status.get().state === 'live' && keys.length === 2, 60_000)
    expect(keys).toEqual(['first', 'meanwhile'])
  })
})

describe('a page that comes back', () => {
  test('its first request is for what follows its own log, and nothing comes twice (S3-1)', async () => {
    const before = await scene.live()
    await scene.append('first', 'second')
    await scene.until(() => before.keys.length === 2)
    await scene.done(before.client.close())
    await scene.append('meanwhile')
    const asked = scene.requests.length
    const { keys } = await scene.live()
    await scene.until(() => keys.length >= 3)
    expect(keys).toEqual(['first', 'second', 'meanwhile'])
    const [offset] = scene.requests.slice(asked).map((request) => request.match(/offset=([^&]*)/)?.[1])
    const rest = await scene.host.ask({}, `?offset=${offset}`)
    expect(await rest.json()).toMatchObject([{ key: 'meanwhile' }])
  })

  test('a network that stays away: waits that grow, up to a cap; one that is back is asked at once (S4-18)', async () => {
    const { handle } = await scene.live()
    const waits: number[] = []
    let attempts = 0
    handle.status.subscribe(() => {
      const now = handle.status.get()
      if (now.state !== 'waiting' || now.attempt === attempts) return
      expect(now).toMatchObject({ reason: 'offline', attempt: attempts + 1 })
      attempts = now.attempt
      waits.push(now.retryAt - scene.clock.now())
    })
    scene.online = false
    await scene.host.stop()
    scene.host.start()
    await scene.until(() => attempts === 12, 10 * 60_000)
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    expect(waits.at(-1)).toBeGreaterThan(10 * (waits[0] ?? 0))
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_000)
    scene.online = true
    scene.come()
    expect(await scene.until(() => handle.status.get().state === 'live')).toBeLessThan(1_000)
  })

  test('six hundred items while it was away: all of them, once, in order (S1-41)', async () => {
    const tab = await scene.live()
    scene.online = false
    const texts = Array.from({ length: 600 }, (_, n) => `item-${n}`)
    await scene.host.stop()
    scene.host.start()
    for (const text of texts) await scene.append(text)
    expect(tab.keys).toEqual([])
    scene.online = true
    scene.come()
    await scene.until(() => tab.keys.length >= texts.length, 60_000)
    expect(tab.keys).toEqual(texts)
  })
})

describe('who hears a stream', () => {
  test('two that subscribe in one turn have one tail; where one leaves, the other hears on (S2-17, S2-22)', async () => {
    const { client } = scene.tab()
    const heard: string[][] = [[], []]
    const handle = client.stream('http://relay.test/v1/stream/room')
    const [leave] = heard.map((keys) =>
      handle.subscribe(({ items }) => keys.push(...items.map((item) => (item as { key: string }).key))),
    )
    await scene.until(() => handle.status.get().state === 'live')
    await scene.append('both')
    await scene.until(() => heard.every((keys) => keys.length === 1))
    leave?.()
    await scene.append('one')
    await scene.until(() => heard[1]?.length === 2)
    expect(heard).toEqual([['both'], ['both', 'one']])
    expect(tails()).toHaveLength(1)
  })

  test.each(['http://app.test/rooms/7', 'https://app.test/rooms/7'])(
    'a stream named by a path is the one of the page’s own host and scheme: %s (S4-21)',
    async (page) => {
      vi.stubGlobal('location', { href: page })
      const asked: string[] = []
      scene.intercept = ({ url }) => {
        asked.push(url)
        return refusal(404)
      }
      const handle = scene.tab().client.stream('/v1/stream/room')
      handle.subscribe(() => undefined)
      await scene.until(() => handle.status.get().state === 'halted')
      vi.unstubAllGlobals()
      expect(asked.map((url) => url.split('?')[0])).toEqual([new URL('/v1/stream/room', page).href])
    },
  )

  test('a stream that is open already takes a first write over one request, and opens no tail more (S4-23)', async () => {
    const { handle, keys } = await scene.live()
    await scene.append('others')
    await scene.until(() => keys.length === 1)
    const before = scene.requests.length
    await scene.done(handle.append([note('mine')]))
    await scene.until(() => keys.length === 2 && handle.outbox.get().length === 0)
    expect(scene.requests.slice(before).filter((request) => !request.startsWith('POST'))).toEqual([])
    expect(tails()).toHaveLength(1)
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createScene, keysOf, type Scene, STREAM } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

const MANY = 30
const HOURS = 3_600_000
const json = { 'content-type': 'application/json' }

/** Event streams that say where they stand and then nothing, until the network lets go of them. */
function tails() {
  const open = new Set<ReadableStreamDefaultController<Uint8Array>>()
  const answer = (offset: string) => {
    const first = `event: control\ndata: ${JSON.stringify({ streamNextOffset: offset, upToDate: true })}\n\n`
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode(first))
        open.add(controller)
      },
    })
    return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
  }
  return {
    open,
    intercept: ({ url }: Request) => {
      const { searchParams } = new URL(url)
      return searchParams.get('live') === 'sse' ? answer(searchParams.get('offset') ?? '') : undefined
    },
    /** What keeps a connection open where nothing happens. */
    comment() {
      for (const controller of open) controller.enqueue(new TextEncoder().encode(': still here\n\n'))
    },
    /** As a network does to connections it has forgotten. */
    cut() {
      for (const controller of open) controller.error(new TypeError('network'))
      open.clear()
    },
  }
}

async function openMany() {
  const { client } = scene.tab()
  const handles = Array.from({ length: MANY }, (_, n) =>
    client.stream(`${STREAM}-${n}`, { create: 'on-open' }),
  )
  for (const handle of handles) handle.subscribe(keysOf().take)
  const isLive = () => handles.every(({ status }) => status.get().state === 'live')
  await scene.until(() => isLive() && asked(0).tails.length === MANY)
  return { handles, isLive }
}

/** Since the `from`th request: catch-ups and tails, by stream. */
function asked(from: number) {
  const catchUps = new Map<string, number>()
  const tails = new Map<string, number>()
  for (const request of scene.requests.slice(from)) {
    const [path = ''] = request.split('?')
    const counts = request.includes('live=') ? tails : catchUps
    counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  return { catchUps: [...catchUps.values()], tails: [...tails.values()] }
}

describe('a laptop that slept for eight hours', () => {
  test('asks once for each of its streams, a few at a time', async () => {
    const sse = tails()
    scene.intercept = sse.intercept
    const { isLive } = await openMany()
    const before = scene.requests.length
    scene.reads.most = 0

    // Timers stand still in sleep, and the clock on the wall does not.
    scene.clock.jump(8 * HOURS)
    sse.cut()
    await scene.clock.advance(20)
    scene.come()
    await scene.until(() => asked(before).tails.length === MANY && isLive(), 10_000)
    await scene.clock.advance(5_000)

    const { catchUps, tails: again } = asked(before)
    expect(catchUps).toEqual(Array(MANY).fill(1))
    expect(again).toEqual(Array(MANY).fill(1))
    expect(scene.reads.most).toBeLessThanOrEqual(2)
  })

  test('does not trust connections that look open, once it is looked at', async () => {
    const sse = tails()
    scene.intercept = sse.intercept
    const { isLive } = await openMany()
    const before = scene.requests.length
    scene.reads.most = 0

    scene.clock.jump(8 * HOURS)
    scene.come()
    await scene.until(() => asked(before).tails.length === MANY && isLive(), 10_000)
    expect(asked(before).catchUps).toEqual(Array(MANY).fill(1))
    expect(scene.reads.most).toBeLessThanOrEqual(2)
  })

  test('a look at a page whose connections are alive asks nothing', async () => {
    scene.intercept = tails().intercept
    await openMany()
    const before = scene.requests.length
    scene.come()
    await scene.clock.advance(5_000)
    expect(scene.requests.slice(before)).toEqual([])
  })
})

describe('a page that nobody looks at', () => {
  test('hidden for ten minutes, its connections cut: once it is looked at, one catch-up for each stream (G11)', async () => {
    const sse = tails()
    scene.intercept = sse.intercept
    const { isLive } = await openMany()
    scene.visible = false
    scene.online = false
    sse.cut()
    await scene.clock.advance(10 * 60_000)
    expect(isLive()).toBe(false)
    const before = scene.requests.length
    scene.reads.most = 0

    scene.visible = true
    scene.online = true
    scene.come()
    await scene.until(isLive, 10_000)
    await scene.clock.advance(5_000)

    expect(asked(before)).toEqual({ catchUps: Array(MANY).fill(1), tails: Array(MANY).fill(1) })
    expect(scene.reads.most).toBeLessThanOrEqual(2)
  })
})

describe('event streams that do not get through', () => {
  const transportOf = (handle: Awaited<ReturnType<typeof openOne>>) => {
    const now = handle.status.get()
    return now.state === 'live' ? now.transport : now.state
  }

  async function openOne() {
    await scene.host.ask({ method: 'PUT', headers: json })
    const handle = scene.tab().client.stream(STREAM)
    handle.subscribe(() => undefined)
    return handle
  }

  /** A proxy that keeps an event stream to itself. */
  const swallowed = ({ url }: Request) =>
    url.includes('live=sse')
      ? new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } })
      : undefined

  test('one that stays silent is reason enough for long-poll, and in time for another try (S2-16)', async () => {
    scene.intercept = swallowed
    const handle = await openOne()
    await scene.until(() => transportOf(handle) === 'long-poll', 15_000)
    const tries = () => scene.requests.filter((request) => request.includes('live=sse')).length
    expect(tries()).toBe(1)

    // Still swallowed: one try, and back.
    await scene.until(() => tries() === 2, 12 * 60_000)
    await scene.until(() => transportOf(handle) === 'long-poll', 15_000)

    scene.intercept = () => undefined
    await scene.until(() => transportOf(handle) === 'sse', 12 * 60_000)
    await scene.clock.advance(30_000)
    expect(transportOf(handle)).toBe('sse')
  })
})

describe('a tail that has spoken', () => {
  test('is kept by comments alone; one that falls silent then is replaced (S2-19)', async () => {
    const sse = tails()
    scene.intercept = sse.intercept
    const { handle } = await scene.live()
    await scene.until(() => sse.open.size === 1)
    const before = scene.requests.length
    for (let times = 0; times < 20; times++) {
      await scene.clock.advance(15_000)
      sse.comment()
    }
    expect(scene.requests.slice(before)).toEqual([])
    expect(handle.status.get().state).toBe('live')

    await scene.until(() => sse.open.size === 2, 120_000)
    await scene.until(() => handle.status.get().state === 'live')
  })
})

describe('credentials that change', () => {
  test('are in every read from then on, which goes on where the log ends (S2-18)', async () => {
    let token = 'old'
    const reads: { readonly token: string | null; readonly offset: string | null }[] = []
    scene.intercept = ({ method, url, headers }) => {
      const offset = new URL(url).searchParams.get('offset')
      if (method === 'GET') reads.push({ token: headers.get('authorization'), offset })
      return undefined
    }
    const handle = scene.tab(undefined, { authorization: () => token }).client.stream(STREAM)
    const { keys, take } = keysOf()
    handle.subscribe(take)
    await scene.until(() => handle.status.get().state === 'live')
    const end = (await scene.append('a', 'b')).headers.get('stream-next-offset') ?? ''
    await scene.until(() => keys.length === 2)
    expect(new Set(reads.map((read) => read.token))).toEqual(new Set(['old']))

    token = 'new'
    const before = reads.length
    await scene.host.stop()
    scene.host.start()
    await scene.until(() => reads.length > before, 60_000)
    await scene.append('c')
    await scene.until(() => keys.length >= 3 && handle.status.get().state === 'live', 60_000)
    const later = reads.slice(before)
    expect(later[0]).toEqual({ token: 'new', offset: end })
    expect(later.filter(({ token, offset }) => token !== 'new' || (offset ?? '') < end)).toEqual([])
    expect(keys).toEqual(['a', 'b', 'c'])
  })
})

describe('credentials that are refused', () => {
  test('are asked for again by themselves, and the relay when they are other ones', async () => {
    let token = 'old'
    const handle = scene
      .tab(undefined, { authorization: () => token })
      .client.stream(STREAM, { create: 'on-open' })
    scene.intercept = ({ headers }) =>
      headers.get('authorization') === 'new' ? undefined : new Response(null, { status: 401 })
    handle.subscribe(() => undefined)
    await scene.until(() => handle.status.get().state === 'unauthorized')
    const before = scene.requests.length
    await scene.clock.advance(60_000)
    expect(scene.requests.length).toBe(before)
    token = 'new'
    await scene.until(() => handle.status.get().state === 'live', 20_000)
  })
})

import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StreamHandle } from '../packages/client/src/index.ts'
import { TAILS } from '../packages/client/src/slots.ts'
import { type Actor, createScene, keysOf, note, type Scene, STREAM } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await createScene({ limited: true })
})
afterEach(() => scene.end())

const MANY = 10
const json = { 'content-type': 'application/json' }
const urlOf = (n: number) => `${STREAM}-${n}`
const say = (n: number, text: string) =>
  scene.host.serve(
    new Request(urlOf(n), { method: 'POST', headers: json, body: JSON.stringify([note(text)]) }),
  )
const transportOf = ({ status }: StreamHandle) => {
  const now = status.get()
  return now.state === 'live' ? now.transport : now.state
}

/** Ten streams in one tab, each at its tail. */
async function openMany({ client }: Actor = scene.tab()) {
  const streams = []
  for (let n = 0; n < MANY; n++) {
    await scene.host.serve(new Request(urlOf(n), { method: 'PUT', headers: json }))
    const handle = client.stream(urlOf(n))
    const { keys, take } = keysOf()
    handle.subscribe(take)
    await scene.until(() => handle.status.get().state === 'live')
    streams.push({ handle, keys })
  }
  return streams
}

function lastOf<T>(list: readonly T[]): T {
  const last = list.at(-1)
  if (!last) throw new Error('there is none')
  return last
}

const count = (streams: readonly { handle: StreamHandle }[], transport: string) =>
  streams.filter(({ handle }) => transportOf(handle) === transport).length

describe('more streams than the browser has connections for', () => {
  test('a few hold a tail, the others are asked; all of them bring what is new', async () => {
    const streams = await openMany()
    expect([count(streams, 'sse'), count(streams, 'poll')]).toEqual([TAILS, MANY - TAILS])
    for (let n = 0; n < MANY; n++) await say(n, `news-${n}`)
    const took = await scene.until(() => streams.every(({ keys }) => keys.length === 1), 10_000)
    expect(took).toBeLessThanOrEqual(7_000)
    expect(streams.map(({ keys }) => keys)).toEqual(streams.map((_, n) => [`news-${n}`]))
  })

  test('the limit is of the browser: a second tab has no tails to add', async () => {
    const streams = await openMany()
    const { client } = scene.tab()
    const handle = client.stream(`${STREAM}-other`, { create: 'on-open' })
    handle.subscribe(() => undefined)
    await scene.until(() => handle.status.get().state === 'live')
    expect(transportOf(handle)).toBe('poll')
    expect(count(streams, 'sse')).toBe(TAILS)
  })

  test('a stream that is let go leaves its connection to one that polls', async () => {
    const streams = await openMany()
    const [first, ...rest] = streams
    if (first) await scene.done(first.handle.close())
    await scene.until(() => count(rest, 'sse') === TAILS, 10_000)
  })

  test('what is written to a polled stream goes out at once', async () => {
    const streams = await openMany()
    const { handle, keys } = lastOf(streams)
    await scene.done(handle.append([note('mine')]))
    await scene.until(() => handle.outbox.get().length === 0, 7_000)
    expect(keys).toEqual(['mine'])
  })

  test('in a hidden tab those without a tail are left alone, until someone looks or writes', async () => {
    const streams = await openMany()
    scene.visible = false
    await scene.until(() => count(streams, 'waiting') === MANY - TAILS, 10_000)
    expect(lastOf(streams).handle.status.get()).toMatchObject({ state: 'waiting', reason: 'hidden' })
    const asked = scene.requests.length
    await scene.clock.advance(30_000)
    expect(scene.requests.slice(asked).filter((request) => !request.includes('live='))).toEqual([])

    const { handle } = lastOf(streams)
    await scene.done(handle.append([note('mine')]))
    await scene.until(() => handle.outbox.get().length === 0, 10_000)

    await say(MANY - 2, 'meanwhile')
    scene.visible = true
    scene.come()
    await scene.until(() => streams.at(-2)?.keys.length === 1, 1_000)
  })

  test('a hidden tab goes on asking for one that someone looks at', async () => {
    await openMany()
    const { client } = scene.tab()
    scene.visible = false
    const handle = client.stream(`${STREAM}-other`, { create: 'on-open' })
    handle.subscribe(() => undefined)
    await scene.until(() => handle.status.get().state === 'waiting', 10_000)

    scene.visible = true
    const onlooker = scene.tab().client.stream(`${STREAM}-other`)
    onlooker.subscribe(() => undefined)
    await scene.until(() => transportOf(onlooker) === 'poll' && transportOf(handle) === 'poll', 5_000)
  })
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { createScene, keysOf, note, refusal, type Scene, STREAM, states } from './scene.ts'

/** What the status says, and whether it is so. */
let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

const isTail = ({ url }: Request) => new URL(url).searchParams.get('live') === 'sse'

test('`live` is not said before the tail has said a word; what waits is sent all the same', async () => {
  let release = (): void => undefined
  scene.intercept = (request) => {
    if (!isTail(request)) return undefined
    // Held on its way, as by a proxy that is slow to connect.
    return new Promise((resolve) => {
      release = () => {
        scene.intercept = () => undefined
        resolve(scene.host.serve(request) ?? refusal(503))
      }
    })
  }
  await scene.append('a', 'b')
  const handle = scene.tab().client.stream(STREAM)
  const { keys, take } = keysOf()
  handle.subscribe(take)
  const said: string[] = []
  handle.status.subscribe(() => said.push(handle.status.get().state))
  await scene.until(() => keys.length === 2 && handle.status.get().synced)
  await scene.clock.advance(2_000)
  expect(handle.status.get()).toMatchObject({ state: 'catching-up', items: 2, synced: true })
  await scene.done(handle.append([note('c')]))
  await scene.until(() => states(handle)[0] === 'sent')
  expect(said).not.toContain('live')
  release()
  await scene.until(() => handle.status.get().state === 'live')
})

test('a tail that the relay ends in good order, and that is opened again, stays live', async () => {
  const { handle } = await scene.live()
  const said: string[] = []
  handle.status.subscribe(() => said.push(handle.status.get().state))
  const tails = () => scene.requests.filter((request) => request.includes('live=sse')).length
  const before = tails()
  await scene.until(() => tails() > before, 120_000)
  await scene.append('a')
  await scene.clock.advance(1_000)
  expect(said).toEqual([])
})

test('a stream that nobody has made is said to be that', async () => {
  const { client } = scene.tab()
  const handle = client.stream(`${STREAM}-nobody-made`)
  handle.subscribe(() => undefined)
  await scene.until(() => handle.status.get().state === 'halted')
  const status = handle.status.get()
  expect(status).toMatchObject({ error: { code: 'not-found', status: 404 } })
  expect(status.state === 'halted' && status.error.message).toBe('nobody has made this stream yet')
})

test('what is read so far grows page by page', async () => {
  const offsets: string[] = []
  for (const text of ['a', 'b', 'c', 'd'])
    offsets.push((await scene.append(text)).headers.get('stream-next-offset') ?? '')
  const { headers } = await scene.host.ask({}, '?offset=-1')
  headers.delete('stream-up-to-date')
  const pages = [['a', 'b'], ['c']]
  let read = 0
  scene.intercept = () => {
    const page = pages.shift()
    if (!page) return undefined
    read += page.length
    headers.set('stream-next-offset', offsets[read - 1] ?? '')
    return new Response(JSON.stringify(page.map((text) => note(text))), { headers })
  }
  const handle = scene.tab().client.stream(STREAM)
  const { keys, take } = keysOf()
  handle.subscribe(take)
  const grown: number[] = []
  handle.status.subscribe(() => {
    const now = handle.status.get()
    if (now.state === 'catching-up' && now.items !== grown.at(-1)) grown.push(now.items)
  })
  await scene.until(() => handle.status.get().state === 'live' && keys.length === 4)
  expect(grown.filter((items) => items > 0)).toEqual([2, 3, 4])
  expect(keys).toEqual(['a', 'b', 'c', 'd'])
})

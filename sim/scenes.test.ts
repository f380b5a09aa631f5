import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { StreamHandle } from '../packages/client/src/handle.ts'
import { memoryDatabase } from '../packages/client/src/store/memory.ts'
import {
  type Actor,
  createScene,
  isAppend,
  keysOf,
  note,
  refusal,
  type Scene,
  STREAM,
  states,
} from './scene.ts'
import { kill } from './tabs.ts'

/** What only virtual time, or a look into the client, can show; `scenarios/` holds what can be seen anywhere. */
let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

const json = { 'content-type': 'application/json' }
const append = (...texts: string[]) =>
  scene.host.ask({ method: 'POST', headers: json, body: JSON.stringify(texts.map((text) => note(text))) })
const logged = async () => (await scene.host.log()).map(({ key }) => key)
const stateOf = (handle: StreamHandle) => handle.status.get().state

async function live() {
  const actor = scene.tab()
  const handle = actor.client.stream(STREAM)
  const seen = keysOf()
  handle.subscribe(seen.take)
  await scene.until(() => stateOf(handle) === 'live')
  return { ...actor, handle, ...seen }
}

describe('reading', () => {
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
    await scene.until(() => keys.length === 1 && reported.length > 0)
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
    await scene.until(() => scene.clock.pending() === 0)
  })
})

describe('writing', () => {
  test('a write that was long on its way meets itself, sent again: once in the log, by the same bytes (X4, S2-2)', async () => {
    const { handle, keys } = await live()
    const sent: string[] = []
    let late: Request | undefined
    scene.intercept = async (request) => {
      if (!isAppend(request)) return undefined
      sent.push(`${request.headers.get('producer-seq')} ${await request.clone().text()}`)
      if (sent.length === 1) {
        late = request
        throw new TypeError('answer lost')
      }
      if (late) await scene.host.serve(late)
      return scene.host.serve(request) ?? refusal(503)
    }
    await scene.done(handle.append([note('once')]))
    await scene.until(() => handle.outbox.get().length === 0, 60_000)
    expect(await logged()).toEqual(['once'])
    expect(keys).toEqual(['once'])
    expect(sent).toEqual([sent[0], sent[0]])
  })

  test('a leader that is told to stop keeps a claim whose echo it has not read', async () => {
    const db = memoryDatabase()
    const { client } = scene.tab(db)
    const handle = client.stream(STREAM)
    handle.subscribe(() => undefined)
    scene.intercept = ({ url }) => {
      if (!url.includes('live=')) return undefined
      // A tail that never brings a thing.
      return new Response(new ReadableStream(), { headers: { 'content-type': 'text/event-stream' } })
    }
    await scene.until(() => stateOf(handle) === 'live')
    await scene.done(handle.append([note('once')]))
    await scene.until(() => handle.outbox.get()[0]?.state === 'sent')
    const stored = (await logged()).length === 1
    await scene.done(client.close())
    const held = db.streams.get(STREAM)
    expect({ stored, waiting: held?.outbox.length }).toEqual({ stored: true, waiting: 1 })
    expect(held?.claims?.claim?.entries).toEqual(held?.outbox.map(({ n }) => n))
  })

  const refusals: [string, number, Record<string, string>, string[]][] = [
    ['refused for its content', 413, {}, ['rejected']],
    ['fenced', 403, { 'producer-epoch': '7' }, ['saved', 'sending']],
    ['forgotten', 409, { 'producer-expected-seq': '0' }, ['saved', 'sending']],
  ]
  test.each(refusals)(
    '%s: what the relay did not take is not shown as sent',
    async (_, status, headers, then) => {
      const { handle } = await live()
      const seen: string[] = []
      handle.outbox.subscribe(() => seen.push(...states(handle).filter((state) => state !== seen.at(-1))))
      let answers = 0
      scene.intercept = (request) => {
        if (!isAppend(request)) return undefined
        answers += 1
        return answers === 1 ? refusal(status, headers) : new Promise<never>(() => undefined)
      }
      await scene.done(handle.append([note('a')]))
      await scene.until(() => answers === 2 || states(handle)[0] === 'rejected')
      expect(seen).toEqual(['saved', 'sending', ...then])
    },
  )

  test('an item that JSON cannot carry is refused before anything is saved', async () => {
    const { handle } = await live()
    const item = { ...note('a'), value: { n: 1n } }
    await expect(handle.append([item])).rejects.toMatchObject({ code: 'invalid-item' })
    expect(handle.outbox.get()).toEqual([])
  })
})

describe('tabs', () => {
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

  test.each([
    ['closes', ({ client }: Actor) => client.close()],
    ['crashes', ({ life }: Actor) => kill(life)],
  ])('a leader that %s is replaced within 3 s', async (_, leave) => {
    const one = await live()
    const two = await live()
    expect([one, two].map(({ handle }) => handle.status.get().leader)).toEqual([true, false])
    leave(one)
    const took = await scene.until(() => two.handle.status.get().leader, 10_000)
    expect(took).toBeLessThanOrEqual(3_000)
    await append('after')
    await scene.until(() => two.keys.length === 1)
  })
})

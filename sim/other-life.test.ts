import { afterEach, beforeEach, test } from 'vitest'
import { evicted } from '../packages/client/src/log/log.ts'
import { type MemoryDatabase, memoryDatabase } from '../packages/client/src/store/memory.ts'
import { damage } from './disk.ts'
import { createScene, isAppend, keysOf, mute, note, posted, refusal, type Scene, STREAM } from './scene.ts'

/** A device that needs an offset of its log, in a life of the stream that never issued it. */
let scene: Scene
let db: MemoryDatabase

beforeEach(async () => {
  scene = await createScene()
  db = memoryDatabase()
})
afterEach(() => scene.end())

const LONG = 'long'.repeat(50)

async function live() {
  const { client, life } = scene.tab(db)
  const handle = client.stream(STREAM)
  const { keys, take } = keysOf()
  handle.subscribe(take)
  const isLive = () => handle.status.get().state === 'live'
  return { handle, keys, life, isLive }
}

async function anotherLife() {
  await scene.host.rebirth(0, async () => undefined)
  await scene.host.ask(posted([note(LONG)]))
}

const damageEnd = () => damage(db, STREAM, (segments) => segments[segments.length - 1] as never)

/** Seed 11087: what a leader that thaws has to read is damaged, and meanwhile the stream was made anew. */
test('a tab that finds damage where it goes on reading is not halted', async () => {
  const one = await live()
  const two = await live()
  await scene.append('a')
  await scene.until(() => [one, two].every(({ keys, isLive }) => keys.length === 1 && isLive()))
  let thaw = (): void => undefined
  two.life.frozen = new Promise((resolve) => {
    thaw = () => {
      two.life.frozen = undefined
      resolve()
    }
  })
  await scene.append('b')
  await scene.until(() => one.keys.length === 2)
  damageEnd()
  scene.intercept = () => refusal(503)
  await anotherLife()
  await scene.done(one.handle.close())
  scene.intercept = () => undefined
  thaw()
  await scene.until(() => two.isLive() && two.keys.join() === LONG)
})

test('what a claim reads before it is sent again tells the loop, whose tail is silent', async () => {
  await scene.append('a')
  scene.intercept = mute
  const { handle, keys, isLive } = await live()
  await scene.until(() => keys.length === 1 && isLive())
  let lost = 0
  scene.intercept = (request) => {
    if (!isAppend(request) || lost++ > 0) return mute(request)
    return anotherLife().then(() => refusal(503))
  }
  await scene.done(handle.append([note('mine')]))
  await scene.until(() => handle.outbox.get().length === 0 && keys.join() === `${LONG},mine`, 10_000)
})

/** Seed 8271 of 3f0791c: another tab, which did not have it open, made room; and nothing new comes of a quiet stream. */
test('a log that is let go under an open tail is read again, also where the tail stays silent', async () => {
  await scene.append('a', 'b')
  const { handle, keys, isLive } = await live()
  let resets = 0
  handle.subscribe(({ reset }) => {
    if (reset) resets += 1
  })
  await scene.until(() => keys.length === 2 && isLive())
  const stream = db.streams.get(STREAM)
  if (!stream?.streams) throw new Error('nothing to let go')
  db.streams.set(STREAM, { ...stream, streams: evicted(stream.streams), segments: [] })
  // Who comes looks at the disk.
  handle.subscribe(() => undefined)
  await scene.until(() => resets > 0)
  await scene.until(() => keys.join() === 'a,b' && isLive())
})

import { afterEach, beforeEach, expect, test } from 'vitest'
import { matchEchoes } from '../packages/client/src/outbox/match.ts'
import { createScene, isAppend, note, posted, refusal, type Scene, STREAM, states } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

const echo = matchEchoes({ note: ['text'] })
const say = (key: string, text: string, at = 0) => ({ ...note(key), value: { text, at } })

/** A program in between that writes what it is sent under ids of its own, by a clock of its own, and no `txid`. */
function rewrite(): void {
  let ids = 0
  scene.intercept = (request) => {
    if (!isAppend(request)) return undefined
    return request
      .json()
      .then((items: { value: { text: string } }[]) =>
        scene.host.ask(posted(items.map(({ value }) => say(`own-${++ids}`, value.text, 86_400_000)))),
      )
  }
}

test('two equal messages come back under other ids: both are there, none waits (S1-49)', async () => {
  const { handle, keys } = await scene.live({ echo })
  rewrite()
  await scene.done(handle.append([say('a', 'ok')]))
  await scene.done(handle.append([say('b', 'ok')]))
  await scene.until(() => handle.outbox.get().length === 0)
  expect(keys).toEqual(['own-1', 'own-2'])
  expect(await scene.logged()).toEqual(['own-1', 'own-2'])
})

test('what was not sent cannot have come back: an equal message of somebody else takes nothing away', async () => {
  const { handle, keys } = await scene.live({ echo })
  scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
  await scene.done(handle.append([say('first', 'one')]))
  await scene.clock.advance(1_000)
  await scene.done(handle.append([say('mine', 'ok')]))
  await scene.host.ask(posted([say('theirs', 'ok')]))
  await scene.until(() => keys.includes('theirs'))
  expect(states(handle)).toEqual(['sending', 'saved'])
  scene.intercept = () => undefined
  await scene.until(() => handle.outbox.get().length === 0, 60_000)
  expect(await scene.logged()).toEqual(['theirs', 'first', 'mine'])
})

test('without a matcher only a `txid` ends the wait', async () => {
  const { handle, keys } = await scene.live()
  scene.intercept = (request) => (isAppend(request) ? refusal(503) : undefined)
  await scene.done(handle.append([say('mine', 'ok')]))
  await scene.clock.advance(1_000)
  await scene.host.ask(posted([say('theirs', 'ok'), say('mine', 'ok')]))
  await scene.until(() => keys.length === 2)
  expect(states(handle)).toEqual(['sending'])
})

/** A page that wrote offline and is gone. */
async function leaveUnsent(): Promise<void> {
  scene.online = false
  const { client } = scene.tab()
  await scene.done(client.stream(STREAM).append([say('mine', 'ok')]))
  await scene.done(client.close())
  scene.online = true
  rewrite()
}

test('what an earlier page wrote is resumed with its matcher: sent once', async () => {
  await leaveUnsent()
  await scene.done(scene.tab().client.resume(() => ({ echo })))
  await scene.sent('own-1')
})

test('a stream that was resumed before it was opened is known by what opens it: its writes are sent once', async () => {
  await leaveUnsent()
  const { client } = scene.tab()
  await scene.done(client.resume())
  const handle = client.stream(STREAM, { echo })
  handle.subscribe(() => undefined)
  await scene.sent('own-1')
  expect(handle.outbox.get()).toEqual([])
})

test('a stream that was resumed, opened and left again is still followed until it has sent', async () => {
  await leaveUnsent()
  scene.online = false
  const { client } = scene.tab()
  await scene.done(client.resume())
  await scene.done(client.stream(STREAM, { echo }).close())
  scene.online = true
  scene.come()
  await scene.sent('own-1')
})

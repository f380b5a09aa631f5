import { afterEach, beforeEach, expect, test } from 'vitest'
import { createScene, mute, note, type Scene, STREAM } from './scene.ts'

let scene: Scene

beforeEach(async () => {
  scene = await createScene()
})
afterEach(() => scene.end())

test('a tab that follows sees what becomes of its write: sending, what keeps it, sent, in the log', async () => {
  let busy = true
  scene.intercept = (request) =>
    request.method === 'POST' && busy ? new Response(null, { status: 503 }) : mute(request)
  const [one, two] = [scene.tab(), scene.tab()].map(({ client }) => client.stream(STREAM))
  one?.subscribe(() => undefined)
  await scene.until(() => one?.status.get().state === 'live')
  two?.subscribe(() => undefined)
  await scene.until(() => two?.status.get().state === 'live')
  const shown = () => two?.outbox.get()[0]
  await scene.done(Promise.resolve(two?.append([note('mine')])))
  expect(two?.status.get().leader).toBe(false)

  await scene.until(() => shown()?.state === 'sending' && shown()?.error?.status === 503, 5_000)
  busy = false
  await scene.until(() => shown()?.state === 'sent', 5_000)
  expect(shown()?.error).toBeUndefined()
  await scene.until(() => two?.outbox.get().length === 0, 5_000)
})

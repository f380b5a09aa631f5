import { afterAll, beforeAll, expect, it } from 'vitest'
import { runRelay, scratch, startRelay } from './process.ts'

let folder: { path: string; remove: () => Promise<void> }
beforeAll(async () => {
  folder = await scratch()
})
afterAll(() => folder.remove())

const headers = { 'Content-Type': 'application/json' }
const producer = (seq: number) => ({
  ...headers,
  'Producer-Id': 'p',
  'Producer-Epoch': '0',
  'Producer-Seq': String(seq),
})

async function seen(
  url: string,
): Promise<{ items: unknown; incarnation: string | null; next: string | null }> {
  const answer = await fetch(url)
  return {
    items: await answer.json(),
    incarnation: answer.headers.get('Stream-Incarnation'),
    next: answer.headers.get('Stream-Next-Offset'),
  }
}

it('--renew: each stream begins another life with all that is in it, forks and producers too', async () => {
  const relay = await startRelay(['--data', folder.path])
  const at = (url: string, path: string) => `${url}/v1/stream/${path}`
  await fetch(at(relay.url, 'a'), { method: 'PUT', headers })
  await fetch(at(relay.url, 'a'), { method: 'POST', headers: producer(0), body: '["one","two"]' })
  const fork = { ...headers, 'Stream-Forked-From': '/v1/stream/a' }
  await fetch(at(relay.url, 'b'), { method: 'PUT', headers: fork })
  await fetch(at(relay.url, 'b'), { method: 'POST', headers, body: '"three"' })
  const before = { a: await seen(at(relay.url, 'a')), b: await seen(at(relay.url, 'b')) }
  await relay.end('SIGKILL')

  const renewed = await runRelay(['--data', folder.path, '--renew'])
  expect(renewed).toMatchObject({ code: 0, out: '2 streams begin another life\n', err: '' })

  const again = await startRelay(['--data', folder.path])
  const after = { a: await seen(at(again.url, 'a')), b: await seen(at(again.url, 'b')) }
  for (const path of ['a', 'b'] as const) {
    expect(after[path]).toEqual({ ...before[path], incarnation: after[path].incarnation })
    expect(after[path].incarnation).not.toBe(before[path].incarnation)
  }
  const meant = { ...producer(1), 'Stream-Incarnation': before.a.incarnation ?? '' }
  expect((await fetch(at(again.url, 'a'), { method: 'POST', headers: meant, body: '"x"' })).status).toBe(412)
  const retried = await fetch(at(again.url, 'a'), {
    method: 'POST',
    headers: producer(0),
    body: '["one","two"]',
  })
  expect(retried.status).toBe(204)
  expect(
    (await fetch(at(again.url, 'a'), { method: 'POST', headers: producer(1), body: '"4"' })).status,
  ).toBe(200)
  for (const path of ['a', 'b']) await fetch(at(again.url, path), { method: 'DELETE' })
  expect(await (await fetch(`${again.url}/stats`)).json()).toMatchObject({ streams: 0 })
  expect((await again.end('SIGTERM')).code).toBe(0)
})

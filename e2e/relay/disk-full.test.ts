import { afterAll, beforeAll, expect, it } from 'vitest'
import { scratch, startRelay } from './process.ts'

let folder: { path: string; remove: () => Promise<void> }
beforeAll(async () => {
  folder = await scratch()
})
afterAll(() => folder.remove())

it('a file that cannot grow: appends are refused, nothing is lost or doubled, the relay lives', async () => {
  const relay = await startRelay(['--data', folder.path], { FILE_LIMIT_KIB: '4096' })
  const stream = `${relay.url}/v1/stream/a`
  const append = (seq: number, size: number) =>
    fetch(stream, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Producer-Id': 'p',
        'Producer-Epoch': '0',
        'Producer-Seq': String(seq),
      },
      body: JSON.stringify(`${seq} ${'x'.repeat(size)}`),
    })
  await fetch(stream, { method: 'PUT', headers: { 'Content-Type': 'application/json' } })
  let seq = 0
  let answer = await append(seq, 50_000)
  while (answer.status === 200 && seq < 200) answer = await append(++seq, 50_000)
  expect(answer.status).toBe(503)
  expect(answer.headers.get('Retry-After')).toBe('1')
  expect(await answer.json()).toMatchObject({ error: { code: 'unavailable' } })
  expect((await fetch(`${relay.url}/health`)).status).toBe(200)
  expect((await append(seq, 10)).status).toBe(200)

  const numbers: number[] = []
  for (let offset = '-1'; ; ) {
    const page = await fetch(`${stream}?offset=${offset}`)
    numbers.push(...((await page.json()) as string[]).map((text) => Number.parseInt(text, 10)))
    offset = page.headers.get('Stream-Next-Offset') ?? ''
    if (page.headers.has('Stream-Up-To-Date')) break
  }
  expect(numbers).toEqual(Array.from({ length: seq + 1 }, (_, i) => i))
  const { code, err } = await relay.end('SIGTERM')
  const lines = err.split('\n').filter((line) => line.startsWith('{'))
  expect(lines).toHaveLength(1)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ event: 'store-failed', doing: 'commit' })
  expect(code).toBe(0)
})

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { attachmentItems, pathsBelow } from '@strandline/chat'
import { expect, onTestFinished, test } from 'vitest'
import { attachmentReader } from './attachment-reader.ts'
import { attachmentStore } from './attachments.ts'
import { testClock } from './testing/clock.ts'
import { failing, testRelay } from './testing/relay.ts'

async function store() {
  const relay = testRelay()
  const folder = await mkdtemp(join(tmpdir(), 'attachments-'))
  onTestFinished(async () => {
    await relay.close()
    await rm(folder, { recursive: true, force: true })
  })
  const paths = pathsBelow()
  const clock = testClock()
  const read = attachmentReader({
    base: 'http://relay.test',
    paths,
    headers: async () => ({}),
    fetch: relay.fetch,
    clock,
    patienceMs: 5_000,
  })
  const files = attachmentStore({ read, folder: join(folder, 'own') })
  const upload = async (id: string, bytes: Buffer, pieces = Number.POSITIVE_INFINITY) => {
    const url = `http://relay.test${paths.attachment('s', id)}`
    const headers = { 'content-type': 'application/json' }
    await relay.fetch(url, { method: 'PUT', headers })
    for (const item of [...attachmentItems(bytes)].slice(0, pieces))
      await relay.fetch(url, { method: 'POST', headers, body: JSON.stringify([item]) })
  }
  const left = async () => (await readdir(folder, { recursive: true })).filter((path) => path !== 'own')
  /** Moves the clock if somebody waits for it. */
  const turn = async () => {
    await new Promise(setImmediate)
    if (clock.timers > 0) clock.advance(1_000)
  }
  const pass = async <T>(work: Promise<T>): Promise<T> => {
    let over = false
    const end = () => {
      over = true
    }
    work.then(end, end)
    while (!over) await turn()
    return work
  }
  return { files, upload, left, folder, relay, pass, turn }
}

const { signal } = new AbortController()
const attachment = (id: string, size: number, name = `${id}.png`) => ({ id, name, mime: 'image/png', size })

test('S1-30 S1-32 each run has its own files, byte for byte; one that ends takes none of another’s', async () => {
  const { files, upload, left } = await store()
  const [a, b] = [Buffer.from([1, 2, 255]), Buffer.alloc(270_000, 7)]
  await upload('a', a)
  await upload('b', b)
  const first = await files.take('s', 'p1', [attachment('a', 3)], signal)
  const second = await files.take('s', 'p2', [attachment('a', 3), attachment('b', 270_000)], signal)
  await first.dispose()
  const read = await Promise.all(second.files.map(({ path }) => readFile(path)))
  expect([a, b].map((bytes, n) => read[n]?.equals(bytes))).toEqual([true, true])
  await second.dispose()
  expect(await left()).toEqual([])
})

test('S1-31 where one cannot be had, none is left', async () => {
  const { files, upload, left, pass } = await store()
  await upload('a', Buffer.from('x'))
  const taking = files.take('s', 'p', [attachment('a', 1), attachment('none', 1)], signal)
  await expect(pass(taking)).rejects.toMatchObject({
    code: 'attachment',
    message: '"none.png" has not arrived',
    hint: expect.stringContaining('offline'),
  })
  expect(await left()).toEqual([])
})

test('S1-32 a message that is here before its files: they are looked for until they are', async () => {
  const { files, upload, relay, pass, turn } = await store()
  const taking = files.take('s', 'p', [attachment('late', 3)], signal)
  while (relay.requests.filter(({ status }) => status === 404).length < 3) await turn()
  await upload('late', Buffer.from('abc'))
  const taken = await pass(taking)
  expect(await readFile(taken.files[0]?.path ?? '', 'utf8')).toBe('abc')
  await taken.dispose()
})

test('S1-31 one that was taken back is not waited for', async () => {
  const { files, relay, left } = await store()
  relay.failNext(failing(410))
  const taking = files.take('s', 'p', [attachment('a', 1)], signal)
  await expect(taking).rejects.toMatchObject({ code: 'attachment', message: '"a.png" cannot be read (410)' })
  expect(await left()).toEqual([])
})

test('S1-31 a run that is stopped while a file is still being sent leaves none', async () => {
  const { files, upload, left } = await store()
  await upload('a', Buffer.alloc(200_000), 1)
  const life = new AbortController()
  const taking = files.take('s', 'p', [attachment('a', 200_000)], life.signal)
  setImmediate(() => life.abort())
  await expect(taking).rejects.toMatchObject({ code: 'attachment' })
  expect(await left()).toEqual([])
})

test('S1-31 what an earlier agent left behind is swept', async () => {
  const { files, folder, left } = await store()
  await mkdir(join(folder, 'own', 'old-run'), { recursive: true })
  await writeFile(join(folder, 'own', 'old-run', '1-x.png'), 'x')
  await files.sweep()
  expect(await left()).toEqual([])
})

test.each([
  '../../evil.png',
  '/etc/passwd',
  '..\\..\\evil',
  '',
  '.',
  '..',
  'a\0b',
  'x'.repeat(500),
  'naïve 日本.png',
])('a name that a person chose leads nowhere: %j', async (name) => {
  const { files, upload, folder } = await store()
  await upload('a', Buffer.from('x'))
  const taken = await files.take('s', 'p', [attachment('a', 1, name)], signal)
  for (const { path } of taken.files) {
    expect(path.startsWith(join(folder, 'own'))).toBe(true)
    expect(await readFile(path, 'utf8')).toBe('x')
  }
  await taken.dispose()
})

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathsBelow } from '@strandline/chat'
import { expect, onTestFinished, test } from 'vitest'
import { attachmentStore } from './attachments.ts'
import { testRelay } from './testing/relay.ts'

async function store() {
  const relay = testRelay()
  const folder = await mkdtemp(join(tmpdir(), 'attachments-'))
  onTestFinished(async () => {
    await relay.close()
    await rm(folder, { recursive: true, force: true })
  })
  const paths = pathsBelow()
  const files = attachmentStore({
    base: 'http://relay.test',
    paths,
    headers: async () => ({}),
    fetch: relay.fetch,
    folder: join(folder, 'own'),
  })
  const upload = async (id: string, bytes: Buffer, closed = true) => {
    const url = `http://relay.test${paths.attachment('s', id)}`
    await relay.fetch(url, { method: 'PUT', headers: { 'content-type': 'image/png' } })
    const more: Record<string, string> = closed ? { 'stream-closed': 'true' } : {}
    await relay.fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'image/png', ...more },
      body: new Uint8Array(bytes),
    })
  }
  const left = async () => (await readdir(folder, { recursive: true })).filter((path) => path !== 'own')
  return { files, upload, left, folder }
}

const { signal } = new AbortController()
const attachment = (id: string, name = `${id}.png`) => ({ id, name, mime: 'image/png', size: 0 })

test('S1-30 S1-32 each run has its own files, byte for byte; one that ends takes none of another’s', async () => {
  const { files, upload, left } = await store()
  const [a, b] = [Buffer.from([1, 2, 255]), Buffer.alloc(70_000, 7)]
  await upload('a', a)
  await upload('b', b)
  const first = await files.take('s', 'p1', [attachment('a')], signal)
  const second = await files.take('s', 'p2', [attachment('a'), attachment('b')], signal)
  await first.dispose()
  expect(await Promise.all(second.files.map(({ path }) => readFile(path)))).toEqual([a, b])
  await second.dispose()
  expect(await left()).toEqual([])
})

test('S1-31 where one cannot be had, none is left', async () => {
  const { files, upload, left } = await store()
  await upload('a', Buffer.from('x'))
  await expect(files.take('s', 'p', [attachment('a'), attachment('none')], signal)).rejects.toMatchObject({
    code: 'attachment',
  })
  expect(await left()).toEqual([])
})

test('S1-31 a run that is stopped while a file is still being sent leaves none', async () => {
  const { files, upload, left } = await store()
  await upload('a', Buffer.from('half'), false)
  const life = new AbortController()
  const taking = files.take('s', 'p', [attachment('a')], life.signal)
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
  const taken = await files.take('s', 'p', [attachment('a', name)], signal)
  for (const { path } of taken.files) {
    expect(path.startsWith(join(folder, 'own'))).toBe(true)
    expect(await readFile(path, 'utf8')).toBe('x')
  }
  await taken.dispose()
})

import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scratch, startRelay } from './process.ts'

let folder: { path: string; remove: () => Promise<void> }
let sound: Buffer

beforeAll(async () => {
  folder = await scratch()
  const path = join(folder.path, 'sound')
  const relay = await startRelay(['--data', path])
  const stream = `${relay.url}/v1/stream/a`
  const headers = { 'Content-Type': 'application/json' }
  await fetch(stream, { method: 'PUT', headers })
  for (let i = 0; i < 300; i++)
    await fetch(stream, { method: 'POST', headers, body: JSON.stringify([i, 'x'.repeat(100)]) })
  await relay.end('SIGTERM')
  sound = await readFile(join(path, 'data.mdb'))
})
afterAll(() => folder.remove())

let copies = 0
async function damaged(change: (data: Buffer) => Buffer): Promise<{ path: string; data: Buffer }> {
  const path = join(folder.path, `damaged-${++copies}`)
  await mkdir(path)
  const data = change(Buffer.from(sound))
  await writeFile(join(path, 'data.mdb'), data)
  return { path, data }
}

async function itemsOn(path: string): Promise<{ items: unknown[] | undefined; log: string }> {
  const relay = await startRelay(['--data', path])
  const answer = await fetch(`${relay.url}/v1/stream/a`)
  const items = answer.ok ? ((await answer.json()) as unknown[]) : undefined
  if (answer.ok) {
    const again = await fetch(`${relay.url}/v1/stream/a`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: '"after"',
    })
    expect(again.status).toBe(204)
    expect(
      (again.headers.get('Stream-Next-Offset') ?? '') > (answer.headers.get('Stream-Next-Offset') ?? ''),
    ).toBe(true)
  }
  await relay.end('SIGTERM')
  return { items, log: relay.log() }
}

async function keptIn(path: string): Promise<Buffer | undefined> {
  const kept = (await readdir(path)).find((name) => name.startsWith('damaged-'))
  return kept === undefined ? undefined : readFile(join(path, kept, 'data.mdb'))
}

describe('a store that is damaged', () => {
  it.each([
    ['garbage', (data: Buffer) => data.map((_, i) => (i * 2_654_435_761) >>> 13) as Buffer],
    ['of another program', () => Buffer.from('hello world\n')],
    ['empty', () => Buffer.alloc(0)],
    ['cut in the middle', (data: Buffer) => data.subarray(0, data.length / 2)],
    ['without its first page', (data: Buffer) => data.fill(0, 0, 4096)],
  ])('%s: is set aside with its bytes kept, and the log says so', async (_, change) => {
    const { path, data } = await damaged(change)
    const { items, log } = await itemsOn(path)
    expect(items).toBeUndefined()
    expect(JSON.parse(log)).toMatchObject({ level: 'error', event: 'store-set-aside' })
    expect((await keptIn(path))?.equals(data)).toBe(true)
  })

  it('overwritten in any one page: never crashes the relay, never loses the bytes (S0-30)', async () => {
    for (let page = 2; page < sound.length / 4096; page += 5) {
      const { path, data } = await damaged((copy) => copy.fill(0xa5, page * 4096, (page + 1) * 4096))
      const { items, log } = await itemsOn(path)
      if (log === '') expect(items).toHaveLength(600)
      else expect((await keptIn(path))?.equals(data)).toBe(true)
    }
  }, 180_000)
})

describe('a store whose last commit is torn', () => {
  it('is as before that commit, offsets go on, and the torn bytes are kept', async () => {
    const newer = sound.readBigUInt64LE(152) > sound.readBigUInt64LE(4096 + 152) ? 0 : 4096
    const tree = Number(sound.readBigUInt64LE(newer + 24 + 24 + 48 + 40))
    const { path, data } = await damaged((copy) => copy.fill(0, tree * 4096 + 64, (tree + 1) * 4096))
    const { items, log } = await itemsOn(path)
    expect(JSON.parse(log)).toMatchObject({ level: 'error', event: 'store-repaired' })
    expect(items).toHaveLength(598)
    expect((await keptIn(path))?.equals(data)).toBe(true)
  })

  it('cut anywhere at its end, starts and keeps what it can (S0-21)', async () => {
    for (const cut of [1, 60, 4095, 4096, 4097, 6000, 8192, 12_288]) {
      const { path } = await damaged((copy) => copy)
      await truncate(join(path, 'data.mdb'), sound.length - cut)
      const { items, log } = await itemsOn(path)
      if (log === '') expect(items).toHaveLength(600)
      else if (log.includes('repaired')) expect(items).toHaveLength(598)
      else expect(await keptIn(path)).toHaveLength(sound.length - cut)
    }
  }, 120_000)
})

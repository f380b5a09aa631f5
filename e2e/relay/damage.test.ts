import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scratch, startRelay } from './process.ts'

const JOURNAL = ['journal-0', 'journal-1']

let folder: { path: string; remove: () => Promise<void> }
let sound: Buffer
let journal: Buffer[]

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
  journal = await Promise.all(JOURNAL.map((name) => readFile(join(path, name))))
})
afterAll(() => folder.remove())

let copies = 0
async function damaged(change: (data: Buffer) => Buffer): Promise<{ path: string; data: Buffer }> {
  const path = join(folder.path, `damaged-${++copies}`)
  await mkdir(path)
  const data = change(Buffer.from(sound))
  await writeFile(join(path, 'data.mdb'), data)
  for (const [i, name] of JOURNAL.entries()) await writeFile(join(path, name), journal[i] ?? '')
  return { path, data }
}

interface Seen {
  readonly items: unknown[] | undefined
  readonly log: string
  readonly incarnation: string | null
}

async function itemsOn(path: string): Promise<Seen> {
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
  return { items, log: relay.log(), incarnation: answer.headers.get('Stream-Incarnation') }
}

async function keptIn(path: string, name = 'data.mdb'): Promise<Buffer | undefined> {
  const kept = (await readdir(path)).find((entry) => entry.startsWith('damaged-'))
  return kept === undefined ? undefined : readFile(join(path, kept, name))
}

describe('a store that is damaged', () => {
  it.each([
    ['garbage', (data: Buffer) => data.map((_, i) => (i * 2_654_435_761) >>> 13) as Buffer],
    ['of another program', () => Buffer.from('hello world\n')],
    ['empty', () => Buffer.alloc(0)],
    ['cut behind its two first pages', (data: Buffer) => data.subarray(0, 8192)],
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
  }, 300_000)
})

describe('a store whose last commit is torn', () => {
  it('has everything from the journal, offsets go on, and the torn bytes are kept', async () => {
    const newer = sound.readBigUInt64LE(152) > sound.readBigUInt64LE(4096 + 152) ? 0 : 4096
    const tree = Number(sound.readBigUInt64LE(newer + 24 + 24 + 48 + 40))
    const { path, data } = await damaged((copy) => copy.fill(0, tree * 4096 + 64, (tree + 1) * 4096))
    const { items, log } = await itemsOn(path)
    expect(JSON.parse(log)).toMatchObject({ level: 'error', event: 'store-repaired' })
    expect(items).toHaveLength(600)
    expect((await keptIn(path))?.equals(data)).toBe(true)
  })

  it('cut anywhere at its end, starts and keeps what it can (S0-21)', async () => {
    const half = Math.floor(sound.length / 2)
    for (const cut of [1, 60, 4095, 4096, 4097, 6000, 8192, 12_288, half]) {
      const { path } = await damaged((copy) => copy)
      await truncate(join(path, 'data.mdb'), sound.length - cut)
      const { items, log } = await itemsOn(path)
      if (log === '') expect(items).toHaveLength(600)
      else if (log.includes('repaired')) expect(items).toHaveLength(600)
      else expect(await keptIn(path)).toHaveLength(sound.length - cut)
    }
  }, 240_000)
})

describe('a journal that is damaged', () => {
  const headers = { 'Content-Type': 'application/json' }

  /** Ten items that LMDB holds, and ten that only the journal holds. */
  async function killed(): Promise<{ path: string; incarnation: string | null }> {
    const path = join(folder.path, `killed-${++copies}`)
    let incarnation: string | null = null
    for (const end of ['SIGTERM', 'SIGKILL'] as const) {
      const relay = await startRelay(['--data', path])
      const stream = `${relay.url}/v1/stream/a`
      incarnation = (await fetch(stream, { method: 'PUT', headers })).headers.get('Stream-Incarnation')
      for (let i = 0; i < 10; i++) await fetch(stream, { method: 'POST', headers, body: `"${end} ${i}"` })
      await relay.end(end)
    }
    return { path, incarnation }
  }

  const tenOf = (end: string) => Array.from({ length: 10 }, (_, i) => `${end} ${i}`)

  it('not at all: has everything, in the same life, and says nothing', async () => {
    const { path, incarnation } = await killed()
    expect(await itemsOn(path)).toEqual({
      items: [...tenOf('SIGTERM'), ...tenOf('SIGKILL')],
      log: '',
      incarnation,
    })
  })

  it.each([
    [
      'in the middle',
      (bytes: Buffer) => bytes.fill(0, bytes.indexOf('SIGKILL 3'), bytes.indexOf('SIGKILL 4')),
    ],
    ['at its beginning', (bytes: Buffer) => bytes.fill(0, 0, 1)],
  ])(
    '%s: goes on with what LMDB holds in other lives, its bytes kept, and the log says so',
    async (_, change) => {
      const { path, incarnation } = await killed()
      const files = await Promise.all(JOURNAL.map((name) => readFile(join(path, name))))
      const at = files.findIndex((bytes) => bytes.includes('SIGKILL 0'))
      const damage = change(files[at] ?? Buffer.alloc(0))
      await writeFile(join(path, JOURNAL[at] ?? ''), damage)
      const seen = await itemsOn(path)
      expect(JSON.parse(seen.log)).toMatchObject({ level: 'error', event: 'store-cut' })
      expect(seen.items).toEqual(tenOf('SIGTERM'))
      expect(seen.incarnation).not.toBe(incarnation)
      expect((await keptIn(path, JOURNAL[at]))?.equals(damage)).toBe(true)
      expect(await itemsOn(path)).toMatchObject({ items: [...tenOf('SIGTERM'), 'after'], log: '' })
    },
  )
})

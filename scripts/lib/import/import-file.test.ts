import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { importFile } from './import-file.mjs'
import { createSender } from './sender.mjs'
import { survey } from './survey.mjs'

type Item = { type: string; key: string; value: Record<string, unknown> }

/** As much of a relay as an import sees: streams, and producers that repeat themselves. */
function fakeRelay() {
  const streams = new Map<string, Item[]>()
  const producers = new Map<string, number>()
  let appendsLeft = Number.POSITIVE_INFINITY
  const request: typeof fetch = async (input, init = {}) => {
    const { pathname } = new URL(String(input))
    const items = streams.get(pathname)
    if (init.method === 'PUT') {
      if (!items) streams.set(pathname, [])
      return new Response(null, { status: items ? 200 : 201 })
    }
    if (!items) return new Response(null, { status: 404 })
    if (appendsLeft-- <= 0) return new Response('{"error":{"code":"full"}}', { status: 507 })
    const headers = new Headers(init.headers)
    const id = `${pathname} ${headers.get('producer-id')}`
    const seq = Number(headers.get('producer-seq'))
    const known = producers.get(id) ?? -1
    if (seq <= known) return new Response(null, { status: 204 })
    if (seq > known + 1) return new Response(null, { status: 409 })
    producers.set(id, seq)
    items.push(...JSON.parse(String(init.body)))
    return new Response(null, { status: 200 })
  }
  /** Everything it holds as one string: comparing thousands of objects takes a third of a second. */
  const contents = () => JSON.stringify([...streams].sort(([a], [b]) => (a < b ? -1 : 1)))
  return {
    streams,
    contents,
    sender: createSender('http://relay.test', request),
    allow: (n: number) => (appendsLeft = n),
  }
}

const rooms = ['db', 'électric', 'a/b']
/** Most are of the first room: more than one append takes. */
const roomOf = (n: number) => (n < 900 ? n % 3 : 0)
const lines = Array.from({ length: 1700 }, (_, n) =>
  JSON.stringify({
    room: rooms[roomOf(n)],
    id: `m${n}`,
    author: `u-${n % 5}`,
    at: 1000 + n,
    text: `text ${n}`,
  }),
)

async function fileWith(content: string | Uint8Array, name = 'rooms.ndjson') {
  const folder = await mkdtemp(join(tmpdir(), 'import-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const path = join(folder, name)
  await writeFile(path, content)
  return path
}

const ignore = () => {}

it('puts rooms and messages where the chat looks for them, in the order of the file', async () => {
  const path = await fileWith(`${lines.join('\n')}\n`)
  const { streams, sender } = fakeRelay()
  const found = await survey(path, ignore)
  expect(await importFile(path, found, sender, ignore)).toEqual({ added: 1700, already: 0 })

  expect(streams.get('/v1/stream/sessions')?.map(({ value }) => value)).toEqual([
    { id: 'room-db', title: 'db', createdAt: 1000, createdBy: 'u-0', lastAt: 2699, lastBy: 'u-4' },
    {
      id: 'room-électric',
      title: 'électric',
      createdAt: 1001,
      createdBy: 'u-1',
      lastAt: 1898,
      lastBy: 'u-3',
    },
    { id: 'room-a/b', title: 'a/b', createdAt: 1002, createdBy: 'u-2', lastAt: 1899, lastBy: 'u-4' },
  ])
  const messages = streams.get('/v1/stream/session/room-a%2Fb')
  expect(messages?.[0]).toEqual({
    type: 'message',
    key: 'm2',
    value: { id: 'm2', author: 'u-2', at: 1002, text: 'text 2' },
    headers: { operation: 'insert', txid: 'import:room-a/b:m2' },
  })
  expect(messages?.map(({ key }) => key)).toEqual(lines.flatMap((_, n) => (roomOf(n) === 2 ? [`m${n}`] : [])))
})

it('adds nothing a second time, gzipped or not', async () => {
  const { contents, sender } = fakeRelay()
  const plain = await fileWith(lines.join('\n'))
  const zipped = await fileWith(gzipSync(lines.join('\n')), 'rooms.ndjson.gz')
  await importFile(plain, await survey(plain, ignore), sender, ignore)
  const before = contents()
  expect(await importFile(zipped, await survey(zipped, ignore), sender, ignore)).toEqual({
    added: 0,
    already: 1700,
  })
  expect(contents()).toBe(before)
})

describe('an import that is cut short', () => {
  /** A file, and what a relay holds once all of it was imported. */
  let whole: { path: string; found: Awaited<ReturnType<typeof survey>>; contents: string }
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'import-'))
    const path = join(folder, 'whole.ndjson')
    await writeFile(path, lines.join('\n'))
    const found = await survey(path, ignore)
    const { contents, sender } = fakeRelay()
    await importFile(path, found, sender, ignore)
    whole = { path, found, contents: contents() }
  })
  afterAll(() => rm(folder, { recursive: true }))

  it.each([0, 1, 2, 3, 4])('goes on where it was, after %i appends', async (appends) => {
    const { path, found, contents } = whole
    const cut = fakeRelay()
    cut.allow(appends)
    await expect(importFile(path, found, cut.sender, ignore)).rejects.toThrow('507')
    cut.allow(Number.POSITIVE_INFINITY)
    await importFile(path, found, cut.sender, ignore)
    expect(cut.contents()).toBe(contents)
  })
})

it('names broken lines with their numbers and takes the rest', async () => {
  const path = await fileWith([lines[0], '{oops', '', lines[1], '{"room":"db"}', lines[2]].join('\r\n'))
  const broken: [number, string][] = []
  const found = await survey(path, (...line) => broken.push(line))
  expect(broken).toEqual([
    [2, 'not JSON'],
    [5, '"id" is missing'],
  ])
  const { sender } = fakeRelay()
  expect(await importFile(path, found, sender, ignore)).toEqual({ added: 3, already: 0 })
})

it.each(['../../etc', '.', 'a//b', 'x'.repeat(5_000), 'a\nb'])(
  'names a room that can be no stream, before anything is sent: %j',
  async (room) => {
    const line = JSON.stringify({ room, id: 'm', author: 'u', at: 1, text: '' })
    const path = await fileWith(`${line}\n${lines[0]}`)
    const broken: [number, string][] = []
    await survey(path, (...named) => broken.push(named))
    expect(broken).toEqual([[1, '"room" is not a name of 1 to 100 letters that can stand in a path']])
  },
)

import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { tempFolder } from '../harness/folder.ts'
import { startProxy } from '../harness/proxy.ts'
import { startRelay } from '../harness/relay.ts'
import { runScript } from '../harness/script.ts'
import { use } from '../harness/use.ts'

const rooms = ['db', 'hono', 'a/b ü']
const lines = Array.from({ length: 7000 }, (_, n) =>
  JSON.stringify({ room: rooms[n % 3], id: `m${n}`, author: `u-${n % 9}`, at: 1000 + n, text: `${n} 👋` }),
)

async function runImport(...args: string[]) {
  const script = runScript('scripts/import.mjs', { args })
  const [code] = (await script.exit) as [number | null]
  return { code, output: script.stdout + script.stderr }
}

async function fileOf(content: string[]): Promise<string> {
  const folder = await use(tempFolder('import'))
  const path = join(folder.path, 'rooms.ndjson')
  await writeFile(path, content.join('\n'))
  return path
}

/** Every item of a stream, page by page. */
async function readAll(url: string): Promise<{ key: string }[]> {
  const items: { key: string }[] = []
  for (let offset = '-1'; ; ) {
    const response = await fetch(`${url}?offset=${offset}`)
    items.push(...((await response.json()) as { key: string }[]))
    offset = response.headers.get('stream-next-offset') ?? ''
    if (response.headers.has('stream-up-to-date')) return items
  }
}

const keysOf = (room: string) => lines.flatMap((_, n) => (rooms[n % 3] === room ? [`m${n}`] : []))
const pathOf = (room: string) => `session/${encodeURIComponent(`room-${room}`)}`

it('loads a file once, in order, however often it is run', async () => {
  const relay = await use(startRelay())
  const path = await fileOf(lines)
  for (const expected of ['7,000 added, 0 there before', '0 added, 7,000 there before']) {
    const { code, output } = await runImport(path, '--url', relay.url)
    expect(output).toContain(expected)
    expect(code).toBe(0)
    expect((await readAll(relay.stream('sessions'))).map(({ key }) => key)).toEqual(
      rooms.map((room) => `room-${room}`),
    )
    for (const room of rooms) {
      expect((await readAll(relay.stream(pathOf(room)))).map(({ key }) => key)).toEqual(keysOf(room))
    }
  }
})

it('goes on where a relay died under it', async () => {
  const relay = await use(startRelay())
  const proxy = await use(startProxy({ target: relay.url }))
  proxy.relay.dropNextAck({ times: 4 })
  const path = await fileOf(lines)
  const first = runImport(path, '--url', proxy.url)
  await relay.kill()
  await relay.start()
  await first
  expect((await runImport(path, '--url', proxy.url)).code).toBe(0)
  for (const room of rooms) {
    expect((await readAll(relay.stream(pathOf(room)))).map(({ key }) => key)).toEqual(keysOf(room))
  }
})

it('names a broken line, takes the rest, and fails', async () => {
  const relay = await use(startRelay())
  const path = await fileOf([...lines.slice(0, 5), '{"room": "db",', ...lines.slice(5, 9)])
  const { code, output } = await runImport(path, '--url', relay.url)
  expect(output).toContain('line 6: not JSON')
  expect(output).toContain('9 added')
  expect(code).toBe(1)
})

it('says in one line that no relay answers', async () => {
  const path = await fileOf(lines.slice(0, 1))
  const { code, output } = await runImport(path, '--url', 'http://127.0.0.1:1')
  expect(output.trim().split('\n')).toHaveLength(1)
  expect(output).toContain('No relay answers at http://127.0.0.1:1')
  expect(code).toBe(1)
})

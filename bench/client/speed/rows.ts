import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createGunzip } from 'node:zlib'

export interface ChatRow {
  readonly id: string
  readonly room: string
  readonly author: string
  readonly ts: number
  readonly text: string
}

export type Keys = 'rising' | 'random'

const messages = fileURLToPath(new URL('../../../../shared/data/rooms.ndjson.gz', import.meta.url))

/** UTF-8 bytes of a row as JSON; texts are joined until a row has this many. */
const SIZE = 200

/** Chat rows of about 200 bytes, oldest first: real messages where they are at hand, made-up ones else. */
export async function chatRows(count: number, keys: Keys): Promise<ChatRow[]> {
  const said = existsSync(messages) ? await realWords() : madeUpWords()
  const random = seeded(7)
  const rows: ChatRow[] = []
  for (let at = 0; rows.length < count; ) {
    const { room, author } = said[at % said.length] ?? NOBODY
    const id = keys === 'rising' ? `m${String(rows.length).padStart(9, '0')}` : uuid(random)
    const row = { id, room, author, ts: 1_700_000_000_000 + rows.length * 1_000, text: '' }
    const room0 = Buffer.byteLength(JSON.stringify(row))
    let text = ''
    do text += `${text && ' '}${said[at++ % said.length]?.text ?? ''}`
    while (room0 + Buffer.byteLength(text) < SIZE - 40)
    rows.push({ ...row, text })
  }
  return rows
}

type Said = Pick<ChatRow, 'room' | 'author' | 'text'>

const NOBODY: Said = { room: 'room', author: 'u-0', text: '…' }

async function realWords(): Promise<Said[]> {
  const lines = createInterface({ input: createReadStream(messages).pipe(createGunzip()) })
  const said: Said[] = []
  for await (const line of lines) {
    const { room, author, text } = JSON.parse(line) as Said
    // One of the longest would make a row of a kilobyte.
    said.push({ room, author, text: text.slice(0, 300) })
  }
  return said
}

const WORDS = 'tide ebb flow drift wrack shingle kelp buoy moor berth keel hull mast 潮 волна 🌊'.split(' ')

function madeUpWords(): Said[] {
  const random = seeded(11)
  return Array.from({ length: 20_000 }, (_, n) => {
    const text = Array.from({ length: 3 + Math.floor(random() * 25) }, () => {
      return WORDS[Math.floor(random() * WORDS.length)]
    })
    return { room: `room-${n % 24}`, author: `u-${n % 1757}`, text: text.join(' ') }
  })
}

/** mulberry32: the same rows in every run. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function uuid(random: () => number): string {
  const hex = Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

/** The row as an item of a stream. */
export function itemOf(value: ChatRow) {
  return { type: 'message', key: value.id, value, headers: { operation: 'insert' } }
}

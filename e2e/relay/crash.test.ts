import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Running, scratch, startRelay } from './process.ts'

const CRASHES = 50
const WRITERS = 16
const STREAMS = 4

let folder: { path: string; remove: () => Promise<void> }
beforeAll(async () => {
  folder = await scratch()
})
afterAll(() => folder.remove())

const streamOf = (writer: number) => `crash-${writer % STREAMS}`

/** One writer: claims a sequence number, sends the same bytes until they are acknowledged, then the next. */
class Writer {
  acknowledged = 0
  readonly #id: number

  constructor(id: number) {
    this.#id = id
  }

  /** Some write so much that LMDB has to take over from the journal, also when a crash comes. */
  #padding(seq: number): number {
    return ((seq * 37) % 900) * (this.#id % 4 === 0 ? 60 : 1)
  }

  /** Writes until the relay goes away or `stop` says so. */
  async write(url: string, stop: () => boolean): Promise<void> {
    while (!stop()) {
      const seq = this.acknowledged
      const response = await fetch(`${url}/v1/stream/${streamOf(this.#id)}`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Producer-Id': `writer-${this.#id}`,
          'Producer-Epoch': '0',
          'Producer-Seq': String(seq),
        },
        body: JSON.stringify({ writer: this.#id, seq, pad: 'x'.repeat(this.#padding(seq)) }),
      }).catch(() => undefined)
      if (!response) return
      if (response.status !== 200 && response.status !== 204) throw new Error(`answered ${response.status}`)
      this.acknowledged++
    }
  }
}

const total = (writers: readonly Writer[]) => writers.reduce((sum, { acknowledged }) => sum + acknowledged, 0)

async function readAll(url: string, stream: string): Promise<{ writer: number; seq: number }[]> {
  const items: { writer: number; seq: number }[] = []
  for (let offset = '-1'; ; ) {
    const response = await fetch(`${url}/v1/stream/${stream}?offset=${offset}`)
    items.push(...((await response.json()) as { writer: number; seq: number }[]))
    offset = response.headers.get('Stream-Next-Offset') ?? ''
    if (response.headers.has('Stream-Up-To-Date')) return items
  }
}

async function tails(url: string): Promise<string[]> {
  return Promise.all(
    Array.from({ length: STREAMS }, async (_, i) => {
      const response = await fetch(`${url}/v1/stream/crash-${i}`, { method: 'HEAD' })
      return response.headers.get('Stream-Next-Offset') ?? ''
    }),
  )
}

it(`keeps every acknowledged append, once and in order, over ${CRASHES} crashes under load`, async () => {
  const writers = Array.from({ length: WRITERS }, (_, id) => new Writer(id))
  let relay: Running = await startRelay(['--data', folder.path])
  for (let i = 0; i < STREAMS; i++) {
    await fetch(`${relay.url}/v1/stream/crash-${i}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
    })
  }
  let before = await tails(relay.url)
  for (let crash = 0; crash < CRASHES; crash++) {
    const { url } = relay
    const writing = Promise.all(writers.map((writer) => writer.write(url, () => false)))
    const enough = total(writers) + WRITERS * (1 + Math.random() * 4)
    while (total(writers) < enough) await new Promise((resolve) => setTimeout(resolve, 5))
    await relay.end('SIGKILL')
    await writing
    relay = await startRelay(['--data', folder.path])
    expect(relay.log()).toBe('')
    const after = await tails(relay.url)
    for (const [i, tail] of after.entries()) expect(tail >= (before[i] ?? '')).toBe(true)
    before = after
  }
  const { url } = relay
  let over = false
  setTimeout(() => {
    over = true
  }, 200)
  await Promise.all(writers.map((writer) => writer.write(url, () => over)))
  const stored = (await Promise.all(before.map((_, i) => readAll(url, `crash-${i}`)))).flat()
  for (const [id, { acknowledged }] of writers.entries()) {
    const seqs = stored.filter((item) => item.writer === id).map((item) => item.seq)
    expect(acknowledged).toBeGreaterThan(0)
    expect(seqs).toEqual(Array.from({ length: acknowledged }, (_, seq) => seq))
  }
  const { code } = await relay.end('SIGTERM')
  expect(code).toBe(0)
}, 600_000)

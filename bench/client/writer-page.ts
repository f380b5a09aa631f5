import { createClient } from '@strandline/client'

export interface WriteFigures {
  /** Milliseconds from `append` to saved, one write at a time. */
  readonly single: readonly number[]
  /** Milliseconds until 100 writes of one turn are saved. */
  readonly burst: number
  /** Milliseconds from `append` to saved, each with a thousand that wait. */
  readonly crowded: readonly number[]
}

declare global {
  var measureWrites: () => Promise<WriteFigures>
}

const note = (text: string) => ({
  type: 'note',
  key: text,
  value: { text },
  headers: { operation: 'insert' },
})

/** Strict writes to this disk, with no relay in reach. */
globalThis.measureWrites = async () => {
  const client = createClient({ database: `bench-${Date.now()}`, storage: 'indexeddb' })
  const handle = client.stream('/v1/stream/bench')
  const timed = async (work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    return performance.now() - began
  }
  const one = (text: string) => timed(() => handle.append([note(text)]))
  const many = (name: string, count: number) =>
    timed(() => Promise.all(Array.from({ length: count }, (_, n) => handle.append([note(`${name}${n}`)]))))

  for (let n = 0; n < 20; n++) await one(`warm${n}`)
  const single: number[] = []
  for (let n = 0; n < 200; n++) single.push(await one(`single${n}`))
  const burst = await many('burst', 100)
  await many('crowd', 680)
  const crowded: number[] = []
  for (let n = 0; n < 100; n++) crowded.push(await one(`more${n}`))
  await client.close()
  return { single, burst, crowded }
}

import type { ChatRow } from '../speed/rows.ts'

/** One way of keeping 100,000 rows on a device. */
export interface Contender {
  /** Keeps `rows`, as durably as it keeps anything; resolves when they are kept. */
  fill?(rows: readonly ChatRow[]): Promise<void>
  /** From a fresh page to all rows in hand; resolves with how many. */
  open(): Promise<number>
}

export interface Figures {
  /** Milliseconds from the first line of the page's script. */
  readonly ms: number
  readonly rows: number
  /** The longest block of the main thread meanwhile, where it exceeds 50 ms; else 0. */
  readonly block: number
}

declare global {
  /** When the page's script began; the build puts it on its first line. */
  var scriptStart: number
  var outcome: Promise<Figures>
}

/** `?fill` fills it from `/rows-….json`, anything else opens it; `outcome` tells. */
export function contend({ fill, open }: Contender): void {
  const query = new URLSearchParams(location.search)
  const keys = query.get('fill')
  globalThis.outcome = keys === null ? timed(open) : filled(keys)

  async function filled(name: string) {
    const answer = await fetch(`/rows-${name}.json`)
    const rows = (await answer.json()) as ChatRow[]
    return timed(async () => {
      await fill?.(rows)
      return rows.length
    })
  }
}

/** What `work` took since the script began, and how long it kept input waiting. */
export async function timed(work: () => Promise<number>): Promise<Figures> {
  let block = 0
  const note = (entries: PerformanceEntryList) => {
    for (const { startTime, duration } of entries)
      if (startTime + duration > globalThis.scriptStart && startTime < ended)
        block = Math.max(block, duration)
  }
  let ended = Number.POSITIVE_INFINITY
  const tasks = new PerformanceObserver((list) => note(list.getEntries()))
  tasks.observe({ type: 'longtask', buffered: true })
  const rows = await work()
  ended = performance.now()
  // A task is reported after it has ended.
  await new Promise((resolve) => setTimeout(resolve, 200))
  note(tasks.takeRecords())
  tasks.disconnect()
  return { ms: ended - globalThis.scriptStart, rows, block }
}

import type { Passing } from './match.ts'

/**
 * Who was put off or cut off and has not come back: those will ask again by themselves, so there is no agreement
 * while one is in here. Reads are known by their stream, appends by their producer.
 */
export interface Ledger {
  /** A status came through, or would have. */
  heard(passing: Passing, status: number): void
  /** A read has all there is. */
  answered(passing: Passing): void
  /** A connection broke before its end; not by the client. */
  broken(passing: Passing): void
  /** Something else moved. */
  changed(): void
  /** What is open, in words. */
  open(): readonly string[]
  /** Resolves with the next move. */
  next(): Promise<void>
}

/** What a client tries again by itself. */
const isPutOff = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500

export function createLedger(): Ledger {
  const open = new Set<string>()
  let waiting: (() => void)[] = []

  const changed = () => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  const owe = (passing: Passing, owes: boolean) => {
    const name = nameOf(passing)
    if (name !== undefined) open[owes ? 'add' : 'delete'](name)
    changed()
  }

  return {
    heard(passing, status) {
      const reads = passing.record.method === 'GET'
      if (isPutOff(status)) owe(passing, true)
      else if (!reads || status >= 400) owe(passing, false)
    },
    answered(passing) {
      if ((passing.record.status ?? 200) < 400) owe(passing, false)
      else changed()
    },
    broken: (passing) => owe(passing, true),
    changed,
    open: () => [...open],
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
      }),
  }
}

function nameOf({ record }: Passing): string | undefined {
  const { method, path, producer } = record
  if (method === 'GET') return `a reader of ${path} to come back`
  if (method === 'POST') return `a write to ${path} to be sent again${producer ? ` by ${producer.id}` : ''}`
  return undefined
}

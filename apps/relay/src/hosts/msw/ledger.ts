import type { Passing } from './match.ts'

/**
 * Who was put off or cut off and has not come back: those will ask again by themselves, so there is no agreement
 * while one is in here. Reads are known by their stream, appends by their producer.
 */
export interface Ledger {
  /** A request set out. */
  began(passing: Passing): void
  /** A status came through, or would have. */
  heard(passing: Passing, status: number): void
  /** A read has all there is; a live one waits for more. */
  answered(passing: Passing): void
  /** A connection broke before its end; not by the client. */
  broken(passing: Passing): void
  /** The client left. */
  left(passing: Passing): void
  /** Nobody can be reached, which who follows a stream finds out also between two requests. */
  cutOff(): void
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
  const followers = new Set<string>()
  let waiting: (() => void)[] = []

  const changed = () => {
    const woken = waiting
    waiting = []
    for (const wake of woken) wake()
  }
  const owe = (name: string | undefined, owes: boolean) => {
    if (name !== undefined) open[owes ? 'add' : 'delete'](name)
    changed()
  }
  const settleRead = ({ record }: Passing) => {
    if (record.live !== undefined) open.delete(following(record.path))
    owe(reading(record.path), false)
  }

  return {
    began({ record }) {
      if (record.method === 'GET') followers.add(record.path)
      changed()
    },
    heard(passing, status) {
      if (isPutOff(status)) return owe(nameOf(passing), true)
      if (passing.record.method !== 'GET') return owe(nameOf(passing), false)
      // A refusal is an end too, until somebody asks again.
      if (status < 400) return changed()
      open.delete(following(passing.record.path))
      settleRead(passing)
    },
    answered(passing) {
      if ((passing.record.status ?? 200) < 400) settleRead(passing)
      else changed()
    },
    broken: (passing) => owe(nameOf(passing), true),
    left({ record }) {
      if (record.live !== undefined) {
        followers.delete(record.path)
        open.delete(following(record.path))
      }
      changed()
    },
    cutOff() {
      for (const path of followers) open.add(following(path))
      changed()
    },
    changed,
    open: () => [...open],
    next: () =>
      new Promise((resolve) => {
        waiting.push(resolve)
      }),
  }
}

const reading = (path: string) => `a reader of ${path} to come back`
const following = (path: string) => `a follower of ${path} to come back`

function nameOf({ record }: Passing): string | undefined {
  const { method, path, producer, live } = record
  if (method === 'GET') return live === undefined ? reading(path) : following(path)
  if (method === 'POST') return `a write to ${path} to be sent again${producer ? ` by ${producer.id}` : ''}`
  return undefined
}

import type { Origin } from './change.ts'

/**
 * Which items a log has held, in eight bytes each: what a checkpoint leaves of those that are gone, so that an item
 * which the relay took twice still counts once (write protocol, 12). Two texts of a million are taken for one with a
 * chance of one in thirty million.
 */
export interface PartSet {
  add(text: string): void
  has(text: string): boolean
  /** Not to be changed; to be given to `partSet` again. */
  readonly bytes: Uint8Array
}

/** By which an item is known: one per item; the last one of a write stands for its `txid`. */
export function nameOf({ txid, part, last }: Origin): string {
  if (part === undefined) return txid
  return last ? lastOf(txid) : `${txid} ${part}`
}

export function lastOf(txid: string): string {
  return `${txid} last`
}

/** The first word is the number of texts, the rest pairs of words: a hash table with open addresses. */
export function partSet(bytes?: Uint8Array): PartSet {
  let table = bytes ? new Uint32Array(bytes.slice().buffer) : new Uint32Array(1 + 2 * 16)

  const find = (into: Uint32Array, high: number, low: number): number => {
    const capacity = (into.length - 1) / 2
    let slot = high % capacity
    for (;;) {
      const at = 1 + 2 * slot
      if (into[at + 1] === 0 || (into[at] === high && into[at + 1] === low)) return at
      slot = (slot + 1) % capacity
    }
  }

  const put = (into: Uint32Array, high: number, low: number) => {
    const at = find(into, high, low)
    if (into[at + 1] === 0) into[0] = (into[0] ?? 0) + 1
    into[at] = high
    into[at + 1] = low
  }

  const grow = () => {
    const wider = new Uint32Array(1 + (table.length - 1) * 2)
    for (let at = 1; at < table.length; at += 2) {
      const low = table[at + 1] ?? 0
      if (low !== 0) put(wider, table[at] ?? 0, low)
    }
    table = wider
  }

  return {
    add(text) {
      if ((table[0] ?? 0) * 8 > table.length * 3) grow()
      put(table, ...hash(text))
    },
    has(text) {
      return table[find(table, ...hash(text)) + 1] !== 0
    },
    get bytes() {
      return new Uint8Array(table.buffer)
    },
  }
}

/** Two words; the second is never 0, which marks an empty place. */
function hash(text: string): [number, number] {
  let high = 0xdeadbeef
  let low = 0x41c6ce57
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    high = Math.imul(high ^ code, 0x9e3779b1)
    low = Math.imul(low ^ code, 0x5f356495)
  }
  high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35)
  low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35)
  return [high >>> 0, low >>> 0 || 1]
}

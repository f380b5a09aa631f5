import { BaseIndex, type IndexOperation, type RangeQueryOptions } from '@tanstack/db'

interface Entry {
  readonly value: unknown
  readonly key: string
  /** It was removed; its place is given back when half of all places are such. */
  gone?: true
}

type Wanted = ((key: string) => boolean) | undefined

/** More late entries than this are sorted in with all others at once. */
const FEW = 32

/**
 * An index that costs next to nothing while nobody asks: what comes in order is appended, what does not is noted and
 * sorted in with the next question. A tree pays for its order with each row: of 100,000 rows, as much as for all
 * else that is done to show them.
 */
export class SortedIndex extends BaseIndex<string> {
  #entries: Entry[] = []
  /** As many entries, from the first, are in order. */
  #sorted = 0
  #live = 0

  add(key: string, item: unknown): void {
    const entry: Entry = { value: this.evaluateAddedValue(key, item), key }
    const entries = this.#entries
    const last = entries.at(-1)
    if (this.#sorted === entries.length && (!last || this.#order(last, entry) <= 0)) this.#sorted++
    entries.push(entry)
    this.addRangeValue(entry.value)
    this.#live++
  }

  remove(key: string, item: unknown): void {
    const value = this.evaluateIndexExpression(item)
    const entries = this.#settled()
    for (let at = this.#find({ value, key }); entries[at]?.key === key; at++) {
      const entry = entries[at]
      if (!entry || entry.gone || !same(entry.value, value)) continue
      entry.gone = true
      this.removeRangeValue(value)
      this.#live--
      break
    }
    if (this.#live * 2 < entries.length) this.#keep(entries.filter(isLive))
  }

  update(key: string, before: unknown, after: unknown): void {
    const [was, is] = [this.evaluateIndexExpression(before), this.evaluateAddedValue(key, after)]
    if (same(was, is)) {
      // A date and its time are one value, of two kinds.
      this.removeRangeValue(was)
      this.addRangeValue(is)
    } else {
      this.remove(key, before)
      this.add(key, after)
    }
  }

  build(rows: Iterable<[string, unknown]>): void {
    this.clear()
    for (const [key, item] of rows) this.add(key, item)
  }

  clear(): void {
    this.#keep([])
    this.#live = 0
    this.clearRangeValues()
  }

  get keyCount(): number {
    return this.#live
  }

  lookup(operation: IndexOperation, value: unknown): Set<string> {
    const found = this.lookupSupportedOperation(operation, value)
    if (!found) throw new RangeError(`an index knows no "${operation}"`)
    return found
  }

  equalityLookup(wanted: unknown): Set<string> {
    const entries = this.#settled()
    const found = new Set<string>()
    for (let at = this.#from(wanted, true); at < entries.length; at++) {
      const entry = entries[at]
      if (!entry || this.compareFn(entry.value, wanted) !== 0) break
      if (!entry.gone && same(entry.value, wanted)) found.add(entry.key)
    }
    return found
  }

  rangeQuery(range: RangeQueryOptions = {}): Set<string> {
    const entries = this.#settled()
    const start = 'from' in range ? this.#from(range.from, range.fromInclusive !== false) : 0
    const end = 'to' in range ? this.#from(range.to, range.toInclusive === false) : entries.length
    return new Set(
      entries
        .slice(start, Math.max(start, end))
        .filter(isLive)
        .map(({ key }) => key),
    )
  }

  take(n: number, after: unknown, wanted?: Wanted): string[] {
    this.#settled()
    return this.#walk(n, this.#from(after, false), 1, wanted)
  }

  takeFromStart(n: number, wanted?: Wanted): string[] {
    this.#settled()
    return this.#walk(n, 0, 1, wanted)
  }

  takeReversed(n: number, before: unknown, wanted?: Wanted): string[] {
    this.#settled()
    return this.#walk(n, this.#from(before, true) - 1, -1, wanted)
  }

  takeReversedFromEnd(n: number, wanted?: Wanted): string[] {
    return this.#walk(n, this.#settled().length - 1, -1, wanted)
  }

  #walk(n: number, start: number, step: 1 | -1, wanted: Wanted): string[] {
    const keys: string[] = []
    for (let at = start; keys.length < n; at += step) {
      const entry = this.#entries[at]
      if (!entry) break
      if (!entry.gone && (wanted?.(entry.key) ?? true)) keys.push(entry.key)
    }
    return keys
  }

  #settled(): readonly Entry[] {
    const entries = this.#entries
    if (this.#sorted === entries.length) return entries
    const late = entries.length - this.#sorted > FEW ? [] : entries.splice(this.#sorted)
    if (late.length === 0) entries.sort((a, b) => this.#order(a, b))
    for (const entry of late) entries.splice(this.#find(entry), 0, entry)
    this.#sorted = entries.length
    return entries
  }

  #keep(entries: Entry[]): void {
    this.#entries = entries
    this.#sorted = entries.length
  }

  #order(a: Entry, b: Entry): number {
    return this.compareFn(a.value, b.value) || compareKeys(a.key, b.key)
  }

  /** The first place whose entry does not come before `entry`. */
  #find(entry: Entry): number {
    return this.#search((other) => this.#order(other, entry) < 0)
  }

  /** The first place at `value`, or after all that are equal to it. */
  #from(value: unknown, inclusive: boolean): number {
    return this.#search((other) => this.compareFn(other.value, value) < (inclusive ? 0 : 1))
  }

  #search(isBefore: (entry: Entry) => boolean): number {
    let low = 0
    let high = this.#entries.length
    while (low < high) {
      const middle = (low + high) >> 1
      const entry = this.#entries[middle]
      if (entry && isBefore(entry)) low = middle + 1
      else high = middle
    }
    return low
  }
}

function isLive({ gone }: Entry): boolean {
  return !gone
}

function compareKeys(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

/** As TanStack takes values for one: dates by their time, bytes and Temporal values by what they say. */
function same(a: unknown, b: unknown): boolean {
  if (a instanceof Date) return same(a.getTime(), b)
  if (b instanceof Date) return same(a, b.getTime())
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true
  const named = typeof a === 'object' && a !== null && Symbol.toStringTag in a
  return named && typeof b === 'object' && b !== null && Symbol.toStringTag in b && String(a) === String(b)
}

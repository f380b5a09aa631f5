import { pendingPlaces } from './row.ts'

/** Where rows stand that wait to be sent, by write and item of it. */
export interface Places {
  /** The place after all others so far. */
  next(): number
  of(txid: string, index: number): number
  /** As `of`, and the same from then on: what is written later comes after it. */
  keep(txid: string, index: number): number
  /** The places that the rows of a write have already. */
  take(txid: string, places: readonly (number | undefined)[]): void
  forget(txid: string): void
}

export function createPlaces(): Places {
  const next = pendingPlaces()
  const known = new Map<string, readonly (number | undefined)[]>()
  const of = (txid: string, index: number) => known.get(txid)?.[index] ?? next()
  return {
    next,
    of,
    keep(txid, index) {
      const place = of(txid, index)
      known.set(txid, Object.assign([...(known.get(txid) ?? [])], { [index]: place }))
      return place
    },
    take: (txid, places) => void known.set(txid, places),
    forget: (txid) => void known.delete(txid),
  }
}

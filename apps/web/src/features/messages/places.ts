import { kept } from '../../sync/kept.ts'

/** Where a reader was in a session: the row at the top of what they saw, and how far (px) it had gone past. */
export interface Place {
  readonly key: string
  readonly past: number
}

type Places = ReadonlyMap<string, Place>

/** Sessions whose place is kept, the latest. */
const MOST = 60

const places = kept<Places>('strandline:places', parsePlaces, (all) =>
  all.size > 0 ? JSON.stringify([...all]) : null,
)

/** None for who was at the end: that is where a session opens anyway. */
export function placeIn(session: string): Place | undefined {
  return places.get().get(session)
}

export function keepPlace(session: string, place: Place | undefined): void {
  const before = placeIn(session)
  if (before?.key === place?.key && before?.past === place?.past) return
  const rest = [...places.get()].filter(([id]) => id !== session)
  places.set(new Map([...rest, ...(place ? [[session, place] as const] : [])].slice(-MOST)))
}

function parsePlaces(stored: string | null): Places {
  try {
    const found: unknown = JSON.parse(stored ?? '[]')
    return new Map(Array.isArray(found) ? found.filter(isEntry) : [])
  } catch {
    return new Map()
  }
}

function isEntry(value: unknown): value is [string, Place] {
  if (!Array.isArray(value) || typeof value[0] !== 'string') return false
  const { key, past } = Object(value[1]) as Partial<Record<keyof Place, unknown>>
  return typeof key === 'string' && typeof past === 'number'
}

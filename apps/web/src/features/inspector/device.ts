import { openDB } from 'idb'

/** What is on this device of one stream. */
export interface StreamFacts {
  readonly url: string
  readonly head: string
  readonly items: number
  readonly bytes: number
  readonly segments: number
  readonly incarnation: string | null
  readonly life: number
  readonly synced: boolean
  readonly entries: number
  /** The append that is under way, if there is one. */
  readonly claim: ClaimFacts | null
}

export interface ClaimFacts {
  readonly producer: string
  readonly epoch: number
  readonly seq: number
  /** Entries frozen in it; 0 where none is under way. */
  readonly entries: number
}

type Facts = Readonly<Record<string, unknown>>

/** Reads the client's own database as it is, in one short transaction; nothing where there is none. */
export async function readDevice(prefix: string): Promise<readonly StreamFacts[]> {
  const all = (await globalThis.indexedDB?.databases()) ?? []
  const formats = all.map((one) => one.name ?? '').filter((one) => one.startsWith(prefix) && /\d$/u.test(one))
  const name = formats.sort((a, b) => Number(a.slice(prefix.length)) - Number(b.slice(prefix.length))).at(-1)
  if (name === undefined) return []
  const db = await openDB(name)
  try {
    const tx = db.transaction(['streams', 'segments', 'outbox', 'claims'])
    const store = (which: string) => tx.objectStore(which)
    const [streams, segments, outbox, claims] = await Promise.all([
      store('streams').getAll() as Promise<Facts[]>,
      store('segments').getAllKeys() as Promise<[string, number][]>,
      store('outbox').getAllKeys() as Promise<[string, number][]>,
      store('claims').getAll() as Promise<Facts[]>,
    ])
    const countOf = (keys: readonly [string, number][]) => {
      const counts = new Map<string, number>()
      for (const [stream] of keys) counts.set(stream, (counts.get(stream) ?? 0) + 1)
      return counts
    }
    const [parts, entries] = [countOf(segments), countOf(outbox)]
    const claimOf = new Map(claims.map((claim) => [String(claim.stream), claim]))
    return streams
      .map((record): StreamFacts => {
        const id = String(record.id)
        return {
          url: String(record.url),
          head: String(record.head),
          items: Number(record.count),
          bytes: Number(record.bytes),
          segments: parts.get(id) ?? 0,
          incarnation: typeof record.incarnation === 'string' ? record.incarnation : null,
          life: Number(record.life),
          synced: record.synced === true,
          entries: entries.get(id) ?? 0,
          claim: claimFacts(claimOf.get(id)),
        }
      })
      .sort((a, b) => (a.url < b.url ? -1 : 1))
  } finally {
    db.close()
  }
}

function claimFacts(state: Facts | undefined): ClaimFacts | null {
  if (!state) return null
  const { entries } = Object(state.claim) as { readonly entries?: readonly number[] }
  return {
    producer: String(state.id),
    epoch: Number(state.epoch),
    seq: Number(state.seq),
    entries: entries?.length ?? 0,
  }
}

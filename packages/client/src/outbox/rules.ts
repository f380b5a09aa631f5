import { SyncError, unreachable } from '../errors.ts'
import type { Claim, ClaimLimits, Entry, EntryError, ProducerState, Settlement, Write } from './outbox.ts'

/** What a step does to the outbox of one stream; the adapters carry it out in one transaction. */
export interface Change {
  readonly producer: ProducerState
  /** Entries that are other than before. */
  readonly put: readonly Entry[]
}

/** The waiting entry, if it is the same write; an error where another write has its `txid`. */
export function sameWrite(waiting: Entry, items: readonly string[]): Entry | SyncError {
  const same = waiting.items.length === items.length && waiting.items.every((item, i) => item === items[i])
  return same ? waiting : new SyncError('invalid-argument', `another write waits under txid ${waiting.txid}`)
}

export function newEntry({ txid, items }: Write, n: number): Entry {
  return { n, txid, items, attempts: 0, status: { state: 'saved' } }
}

export function newProducer(id: string): ProducerState {
  return { id, epoch: 0, seq: 0, claim: null }
}

function bodyOf(entries: readonly Entry[]): string {
  return `[${entries.flatMap((entry) => entry.items).join(',')}]`
}

function claimOf(producer: ProducerState, entries: readonly Entry[], incarnation: string | null): Claim {
  return {
    tag: { id: producer.id, epoch: producer.epoch, seq: producer.seq },
    entries: entries.map((entry) => entry.n),
    body: bodyOf(entries),
    incarnation,
  }
}

function sized(entry: Entry): number {
  return entry.items.reduce((sum, item) => sum + item.length + 1, 0)
}

/** Saved entries in order, up to the limits, never none when there is one. */
function nextEntries(entries: readonly Entry[], limits: ClaimLimits): Entry[] {
  const taken: Entry[] = []
  let size = 0
  for (const entry of entries) {
    if (entry.status.state !== 'saved') continue
    size += sized(entry)
    if (taken.length > 0 && (taken.length >= limits.entries || size > limits.size)) break
    taken.push(entry)
  }
  return taken
}

function counted(entries: readonly Entry[]): Entry[] {
  return entries.map((entry) => ({ ...entry, attempts: entry.attempts + 1 }))
}

/** Section 3a, rules 2 and 3: keep the claim, refreeze its rest, clear it, or freeze the next entries. */
export function freeze(
  producer: ProducerState,
  entries: readonly Entry[],
  incarnation: string | null,
  limits: ClaimLimits,
): { change: Change | null; claim: Claim | null; fresh: boolean } {
  const claim = meant(producer, incarnation)
  if (claim) {
    const rest = remaining(claim, entries)
    if (rest.length === claim.entries.length) return { change: null, claim, fresh: false }
    if (rest.length > 0) {
      const part = claimOf(
        { ...producer, epoch: claim.tag.epoch, seq: claim.tag.seq },
        rest,
        claim.incarnation,
      )
      return { change: { producer: { ...producer, claim: part }, put: [] }, claim: part, fresh: false }
    }
  }
  const free = { ...producer, claim: null }
  const next = nextEntries(entries, limits)
  if (next.length === 0)
    return { change: producer.claim ? { producer: free, put: [] } : null, claim: null, fresh: false }
  const frozen = claimOf(free, next, incarnation)
  return { change: { producer: { ...free, claim: frozen }, put: counted(next) }, claim: frozen, fresh: true }
}

/** Section 3a, rules 6 to 9. */
export function settle(
  producer: ProducerState,
  sent: Claim,
  entries: readonly Entry[],
  settlement: Settlement,
): Change {
  const rest = remaining(sent, entries)
  const { epoch, seq } = sent.tag
  switch (settlement.kind) {
    case 'accepted':
      return { producer: { ...producer, epoch, seq: settlement.seq, claim: null }, put: [] }
    case 'fenced':
      return { producer: { ...producer, epoch: settlement.epoch, seq: 0, claim: null }, put: [] }
    case 'forgotten':
      return { producer: { ...producer, epoch: epoch + 1, seq: 0, claim: null }, put: [] }
    case 'refused': {
      if (rest.length > 1) {
        const half = rest.slice(0, Math.ceil(rest.length / 2))
        const claim = claimOf({ ...producer, epoch, seq }, half, sent.incarnation)
        return { producer: { ...producer, claim }, put: [] }
      }
      const free = { ...producer, epoch, seq, claim: null }
      return { producer: free, put: rest.map((entry) => rejected(entry, settlement.error)) }
    }
    default:
      return unreachable(settlement)
  }
}

/** Section 3a, rule 11. */
export function doubt(producer: ProducerState, entries: readonly Entry[], error: EntryError): Change {
  const unsettled = producer.claim ? remaining(producer.claim, entries) : []
  return {
    producer: { ...producer, claim: null },
    put: unsettled.map((entry) => ({ ...entry, status: { state: 'uncertain', error } })),
  }
}

/**
 * Section 3a, rule 4: the claim, unless it names another life than the log is of. What names this life, or none, may
 * still be on its way, also after the relay was set back: in any slot but its own it would be taken twice.
 */
export function meant({ claim }: ProducerState, incarnation: string | null): Claim | null {
  return claim && (claim.incarnation ?? incarnation) === incarnation ? claim : null
}

export function sameClaim(a: Claim | null, b: Claim): boolean {
  return (
    a !== null &&
    a.tag.id === b.tag.id &&
    a.tag.epoch === b.tag.epoch &&
    a.tag.seq === b.tag.seq &&
    a.incarnation === b.incarnation &&
    a.body === b.body
  )
}

function remaining(claim: Claim, entries: readonly Entry[]): Entry[] {
  const keys = new Set(claim.entries)
  return entries.filter((entry) => keys.has(entry.n))
}

function rejected(entry: Entry, error: EntryError): Entry {
  return { ...entry, status: { state: 'rejected', error } }
}

import type { SyncError, SyncErrorCode } from '../errors.ts'
import type { ProducerTag } from '../protocol/index.ts'

/** The lasting states of an entry; `sending` and `sent` follow from the claim it is in. */
type EntryState =
  | { readonly state: 'saved' }
  /** The relay refused it for good; kept until a person retries, edits or discards it. */
  | { readonly state: 'rejected'; readonly error: EntryError }
  /** It may or may not be in the part of the log that the relay has trimmed (write protocol, rule 11). */
  | { readonly state: 'uncertain'; readonly error: EntryError }

/** Why a write is not in the log yet, or never will be. */
export interface EntryError {
  /** What an app decides on. */
  readonly code: SyncErrorCode
  /** HTTP status, where there was an answer. */
  readonly status?: number
  /** For people. */
  readonly message: string
}

/** One write made on this device that the log does not hold yet. */
export interface Entry {
  /** Place in the order of writing: a persisted counter, never a clock. */
  readonly n: number
  readonly txid: string
  /** Each item as JSON text, the bytes that will be sent. */
  readonly items: readonly string[]
  /** Claims it has been sent in. */
  readonly attempts: number
  readonly status: EntryState
}

/** A write as it is handed in: each item as JSON text. */
export type Write = Pick<Entry, 'txid' | 'items'>

/** Entries frozen for sending: identity and exact body, stored before the first byte leaves (invariant 5). */
export interface Claim {
  readonly tag: ProducerTag
  /** Keys of its entries, rising. */
  readonly entries: readonly number[]
  /** A JSON array. */
  readonly body: string
  /** The life it is meant for; null where the relay names none. */
  readonly incarnation: string | null
}

/** What a stream's outbox sends as. One for each stream and device store (write protocol, rule 1). */
export interface ProducerState {
  readonly id: string
  readonly epoch: number
  /** The seq of the next claim. */
  readonly seq: number
  readonly claim: Claim | null
}

export interface ClaimLimits {
  /** Entries of one append. */
  readonly entries: number
  /** UTF-16 units of the body; one entry alone may exceed it. */
  readonly size: number
}

export const CLAIM_LIMITS: ClaimLimits = { entries: 500, size: 512 * 1024 }

/** How far an outbox has come, or how much of it is known. */
export interface OutboxMark {
  /** The counter: the key of the next entry. */
  readonly nextEntry: number
  /** Rises with each change but a new entry, and one that is `echoed`, for which there may be no room. */
  readonly outbox: number
}

/** An outbox as it was when it had come so far. */
export interface KnownOutbox {
  readonly mark: OutboxMark
  readonly entries: readonly Entry[]
  readonly producer: ProducerState | null
}

/** What of an outbox is other than it was known. */
export interface OutboxNews {
  /** How much is known with it. */
  readonly mark: OutboxMark
  /** Entries before this key are as they were. */
  readonly from: number
  readonly entries: readonly Entry[]
  readonly producer: ProducerState | null
}

/** An outbox of an older format. */
export interface OlderOutbox {
  readonly format: number
  /** It holds the entries of the format before it, up to this key. */
  readonly carried: number | undefined
}

/** What is decided of a claim after its answer and after the log was read up to it (write protocol, rules 6 to 9). */
export type Settlement =
  /** Taken, or known already: next seq is `seq`. */
  | { readonly kind: 'accepted'; readonly seq: number }
  /** The relay knows a later epoch: go on there, at seq 0. */
  | { readonly kind: 'fenced'; readonly epoch: number }
  /** The relay forgot this producer: a new epoch, and freeze what remains. */
  | { readonly kind: 'forgotten' }
  /** Refused for its content. */
  | { readonly kind: 'refused'; readonly error: EntryError }

/**
 * Writes that the log does not hold yet. Every change is on disk with strict durability
 * before its promise resolves (invariant 3). Failures reject with `storage` or `quota`.
 */
export interface Outbox {
  /**
   * Resolves when all are saved, in this order. The same write again (`txid` and items) is the entry that waits
   * already; other items under a waiting `txid` are answered with `invalid-argument` in their place. The producer is
   * made with the first of them: copies of a store in which something waits have to send it in one name (rule 1).
   * `known`: looked at instead of the disk, where it is of the store that was `born` so and the outbox has come no
   * further since.
   */
  add(
    id: string,
    writes: readonly Write[],
    newProducerId: () => string,
    known?: KnownOutbox & { readonly born: number | undefined },
  ): Promise<readonly (Entry | SyncError)[]>
  /** Every entry in order, and the producer with its claim. */
  list(id: string): Promise<{ readonly entries: readonly Entry[]; readonly producer: ProducerState | null }>
  /**
   * The stored claim (`fresh: false`), or the next saved entries frozen into one (`fresh: true`). null where
   * nothing is saved or the log was not yet caught up in this life (write protocol, rule 2). A stored claim whose
   * entries are partly echoed is frozen anew in the same slot; one of which nothing remains is cleared and its
   * seq kept (rule 3).
   */
  freeze(
    id: string,
    limits: ClaimLimits,
    newProducerId: () => string,
  ): Promise<{ claim: Claim; fresh: boolean } | null>
  /** False, and nothing done, where the stored claim is no longer `sent`. */
  settle(id: string, sent: Claim, settlement: Settlement): Promise<boolean>
  /** The claim's entries become `uncertain` and the claim is cleared (rule 11). */
  doubt(id: string, error: EntryError): Promise<void>
  /** A rejected or uncertain entry is saved again, at its old place. False where there is none. */
  retry(id: string, txid: string): Promise<boolean>
  /** The log of the relay holds these writes: they are done. Gives those that waited. Needs no room on disk. */
  echoed(id: string, txids: readonly string[]): Promise<readonly string[]>
  /** Removes a rejected or uncertain entry, or one that is saved and in no claim. False where there is none. */
  discard(id: string, txid: string): Promise<boolean>
  /**
   * Takes over what another store holds of this stream's outbox, each entry once, at its place where that is free, and
   * its producer with its claim where none here has begun. From one that is `lost`, the log here may be past the echo
   * of what it did not know of: it begins anew then, and is read before anything is sent (rule 2). From one of an
   * older format, what was taken over before is not taken again.
   */
  adopt(
    id: string,
    entries: readonly Entry[],
    producer: ProducerState | null,
    from: 'lost' | OlderOutbox,
  ): Promise<void>
}

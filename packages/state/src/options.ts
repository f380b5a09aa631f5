import type { DurableStream, DurableStreamOptions, JsonBatch, LiveMode } from '@durable-streams/client'
import type { ChangeEvent, StateEvent } from '@durable-streams/state'
import type {
  Client,
  CreatePolicy,
  EchoMatcher,
  PendingWrite,
  Readable,
  StreamStatus,
} from '@strandline/client'
import type { Collection, NonSingleResult, Transaction, UtilsRecord } from '@tanstack/db'
import type { Folds } from './fold.ts'
import type { Issue } from './issue.ts'
import type { RowInputOf, RowOf, RowSchema, StreamStateDefinition } from './schema.ts'

/** As in `@durable-streams/state/db`, and where `mutationFn` is left out the writes go through the outbox. */
// biome-ignore lint/suspicious/noExplicitAny: the stock type, which code in the field was written for
export interface ActionDefinition<TParams = any, TContext = any> {
  /** Writes to collections; synchronous. */
  readonly onMutate: (params: TParams) => void
  /** Persists the writes by a road of its own: they are shown until it settles, and rolled back where it rejects. */
  readonly mutationFn?: (params: TParams, context: TContext) => Promise<unknown>
}

/** Actions by name. */
export type ActionDefinitions = Record<string, ActionDefinition>

/** Makes the actions of a database, given it and its stock stream. */
export type ActionFactory<
  TDef extends StreamStateDefinition,
  TActions extends ActionDefinitions,
> = (context: {
  /** Whose collections the actions write to. */
  db: StreamDB<TDef>
  /** What a `mutationFn` appends to, by upstream's client. */
  stream: DurableStream
}) => TActions

/**
 * The actions of a database, each a function that gives its transaction: `id` is the `txid`,
 * `isPersisted.promise` settles with its `mutationFn`, or when the write is saved.
 */
export type ActionMap<TActions extends ActionDefinitions> = {
  readonly [Name in keyof TActions]: TActions[Name] extends ActionDefinition<infer TParams>
    ? (params: TParams) => Transaction
    : never
}

/**
 * Which stream, what its rows are, and how it is followed. A superset of the options of `@durable-
 * streams/state/db`.
 */
export interface CreateStreamDBOptions<
  TDef extends StreamStateDefinition = StreamStateDefinition,
  TActions extends ActionDefinitions = Record<string, never>,
> {
  /** Where the stream is. `headers`, `fetch` and changing `params` are used where no `client` is given. */
  readonly streamOptions?: DurableStreamOptions
  /** A stock stream instead of `streamOptions`: its URL is read, and `db.stream` is this one. */
  readonly stream?: DurableStream
  /**
   * Default true: `sse`, and `long-poll` where event streams do not get through. `false` reads up to the tail, once:
   * the loop ends there (`status.state` is `closed`), and starts again, up to the tail, for each write.
   */
  readonly live?: LiveMode
  /**
   * When a stream that does not exist on the relay is made. Default `on-append`: with the first write. `on-open`: as
   * soon as it is read. `never`: writes wait until somebody else makes it.
   */
  readonly create?: CreatePolicy
  /** The collections: a schema of `createStateSchema`. */
  readonly state: TDef
  /** Given the database, makes what `db.actions` is made of. */
  readonly actions?: ActionFactory<TDef, TActions>
  /** For every change of the log, in order, the local replay included. */
  readonly onEvent?: (event: ChangeEvent) => void
  /** Before the items of a batch become rows. */
  readonly onBeforeBatch?: (batch: JsonBatch<StateEvent>) => void
  /** After the items of a batch became rows. */
  readonly onBatch?: (batch: JsonBatch<StateEvent>) => void
  /** Log, outbox and sync. Default: a shared one on the database `strandline`. */
  readonly client?: Client
  /**
   * Items that extend a row instead of replacing it, such as tokens of an answer. Throws `invalid-argument` for a fold
   * into no collection.
   */
  readonly folds?: Folds<TDef>
  /**
   * Default `folded`: once the log on this device is much longer than its rows, its beginning is kept as the last
   * change per key. Rows and issues stay the same; `onEvent` and `onBatch` are given what is left. `full` keeps
   * every item, as long as every database of the stream on this device asks for it.
   */
  readonly history?: 'full' | 'folded'
  /**
   * How writes are known that come back without their `txid`, from a program that makes its own ids:
   * `matchEchoes({ message: ['role', 'text'] })`. Default: they are not.
   */
  readonly echo?: EchoMatcher
  /**
   * `eager`, the default and all there is: every row is made, whoever asks. TanStack's `on-demand` is refused with
   * `invalid-argument`, and with figures in `docs/from-stream-db.md`.
   */
  readonly syncMode?: 'eager'
  /** For every item that is set aside; `db.issues` keeps them. */
  readonly onIssue?: (issue: Issue) => void
}

/**
 * By name of the schema: a TanStack collection of rows as the schema puts them out, by string key, in order
 * of arrival. `insert`, `update` and `delete` are saved on this device, sent and resent by themselves; they
 * throw `invalid-item` for a row that would not come back as it is.
 */
export type CollectionMap<TDef extends StreamStateDefinition> = {
  readonly [Name in keyof TDef]: Collection<
    RowOf<TDef[Name]>,
    string,
    UtilsRecord,
    RowSchema,
    RowInputOf<TDef[Name]>
  > &
    NonSingleResult
}

/** As in `@durable-streams/state/db`. */
export interface StreamDBUtils {
  /**
   * Resolves when the log holds every item of the write `txid`, and its rows are shown. Waits for as long as it
   * takes: rejects after `timeout` milliseconds only if one is given (`timeout`), and when the database is
   * closed (`shut-down`).
   */
  awaitTxId(txid: string, timeout?: number): Promise<void>
}

/** What `preload` waits for. */
export interface PreloadOptions {
  /**
   * `newest`: the last rows on this device are shown, those of some 500 items, before all others are; where there are no
   * more, as by default. `local`: what is on this device is shown. `live`: everything the relay has is shown; rejects where that
   * cannot be (`gone`, `unauthorized`, a halted stream). Default: `local` once the device has anything of the
   * stream, else the first up-to-date, or the first sign that the relay cannot be reached: a new stream opens
   * offline as an empty one, with `status.synced` false.
   */
  readonly until?: 'newest' | 'local' | 'live'
}

/** The rows of a past position: what the log held then, without what is pending. Read-only, and does not move. */
export interface Past<TDef extends StreamStateDefinition> {
  /** As those of the database, by the same names; a write to them throws. */
  readonly collections: CollectionMap<TDef>
  /** The items it is made of: those whose place in the stream is smaller. */
  readonly count: number
  /**
   * The last offset at or before the position that this device knows. What arrived together is known by its end
   * alone: an offset within it, from another device, gives the rows of before it.
   */
  readonly offset: string
  /** The items of those that were set aside, in order of arrival. */
  readonly issues: readonly Issue[]
}

/** What a database has whatever its schema. */
export interface StreamDBMethods {
  /** The stock stream, for code that appends by itself. */
  readonly stream: DurableStream
  /** The offset that the rows reach; `-1` before the first item. */
  readonly offset: string
  /** Starts the database and says when to read it; idempotent. Nothing is read or sent before this or a write. */
  preload(options?: PreloadOptions): Promise<void>
  /** Ends the loop; rows stay readable. Idempotent. */
  close(): Promise<void>
  /** `awaitTxId`, as code written for `@durable-streams/state/db` finds it. */
  readonly utils: StreamDBUtils
  /**
   * Where the stream stands, for an app to show as it is. `closed` once the database is, or at rest (`live: false`).
   */
  readonly status: Readable<StreamStatus>
  /** The writes made here that the log does not hold yet, in the order they will be sent. */
  readonly pending: Collection<PendingWrite, string> & NonSingleResult
  /** The items that were set aside, in order of arrival. */
  readonly issues: Collection<Issue, string> & NonSingleResult
  /**
   * Makes all writes of `fn` one entry and one append: all or nothing. `fn` is synchronous. The transaction's
   * `id` is the `txid`; `isPersisted.promise` resolves when it is saved and rejects with a `SyncError` where it
   * cannot be.
   */
  transact(fn: () => void): Transaction
  /**
   * Sends a rejected or uncertain write again; false where there is none such. Without `txid`: asks the relay now,
   * instead of waiting out a pause or for other credentials.
   */
  retry(txid?: string): Promise<boolean>
  /** Removes a write that is rejected, uncertain or not sent yet. False where there is none such. */
  discard(txid: string): Promise<boolean>
}

/** A stream as collections: what `createStreamDB` gives. */
export type StreamDB<TDef extends StreamStateDefinition> = StreamDBMethods & {
  /** The rows, by the names of the schema. */
  readonly collections: CollectionMap<TDef>
  /**
   * The rows as they were at `position`, made anew from the log on this device, without a request. A number is a count
   * of items: `at(arrival(row))` is the moment before a row was there, `at(issue.ordinal)` the one before an issue.
   * A string is an offset: what `db.offset` or a batch said. Rejects as `trimmed` where the device no longer holds
   * that position, and as `invalid-argument` where it does not reach it.
   */
  at(position: number | string): Promise<Past<TDef>>
}

/** A database made with `actions`. */
export type StreamDBWithActions<
  TDef extends StreamStateDefinition,
  TActions extends ActionDefinitions,
> = StreamDB<TDef> & {
  /** By the names of `options.actions`. */
  readonly actions: ActionMap<TActions>
}

import {
  type CollectionEventHelpers,
  type CollectionDefinition as StockDefinition,
  createStateSchema as stockStateSchema,
} from '@durable-streams/state'
import type { InferSchemaInput, InferSchemaOutput } from '@tanstack/db'
import type { InvalidPolicy } from './issue.ts'

/** Any Standard Schema (Zod, Valibot, ArkType ...); it must validate synchronously. */
export type RowSchema = StockDefinition['schema']

/** One collection: which items of the stream are its rows. */
export interface CollectionDefinition<TRow = unknown> {
  /** What its rows are; each value of the log goes through it, once a load. */
  readonly schema: StockDefinition<TRow>['schema']
  /** The `type` of its items. */
  readonly type: string
  /** The field of a row that holds the item's `key`. */
  readonly primaryKey: string
  /**
   * Fields that queries filter or order by; their indexes are made before the log is replayed. Others are made
   * when a query first asks for them.
   */
  readonly indexes?: readonly string[]
  /**
   * An `insert` of a key that has a row changes nothing: whoever registered it first has. Otherwise the last one
   * counts, as upstream.
   */
  readonly firstInsertWins?: boolean
  /**
   * What an item that fails means for later ones. Default `skip`: a whole row depends on no other, and one of which
   * only optional fields fail is kept without them. With `hold` and `stop` no part of it is kept.
   */
  readonly invalid?: InvalidPolicy
}

/** A collection, with the helpers that make its messages: what a schema of `createStateSchema` holds by name. */
export type CollectionWithHelpers<TRow = unknown> = CollectionDefinition<TRow> & CollectionEventHelpers<TRow>

/** Collections by name. */
export type StreamStateDefinition = Readonly<Record<string, CollectionDefinition>>

/** A row as it is read: what the schema puts out. */
export type RowOf<TDefinition extends CollectionDefinition> = InferSchemaOutput<TDefinition['schema']>

/** A row as it is written: what the schema takes in. */
export type RowInputOf<TDefinition extends CollectionDefinition> = InferSchemaInput<TDefinition['schema']>

/** The collections of a stream, with the helpers that make its messages. */
export type StateSchema<TDef extends StreamStateDefinition> = {
  readonly [Name in keyof TDef]: TDef[Name] & CollectionEventHelpers<RowInputOf<TDef[Name]>>
}

/**
 * The collections of a stream, each with helpers that make State Protocol messages. As in
 * `@durable-streams/state`, with types that keep a schema's input and output apart. Throws for a reserved
 * collection name and for two collections of one type.
 */
export const createStateSchema: <const TDef extends StreamStateDefinition>(
  collections: TDef,
) => StateSchema<TDef> = stockStateSchema as never

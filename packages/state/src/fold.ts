import type { InvalidPolicy } from './issue.ts'
import type { RowOf, StreamStateDefinition } from './schema.ts'

/** How items of one type extend a row of a collection instead of replacing it. */
export interface Fold<TRow extends object = object> {
  /**
   * The row with `delta` in it. Called in log order; must be pure, and give a new object. `delta` is the item's
   * `value` as it came: no schema has seen it.
   */
  apply(row: TRow, delta: unknown): TRow
  /**
   * What an item that `apply` throws on, or that finds no row, means for later ones of its key. Default `hold`:
   * they wait until a whole row replaces, or deletes, what they would have built on.
   */
  readonly invalid?: InvalidPolicy
}

/** By item type: `{ 'message.delta': { into: 'messages', apply } }`. An item's `key` names the row. */
export type Folds<TDef extends StreamStateDefinition> = Readonly<
  Record<string, { [Name in keyof TDef]: Fold<RowOf<TDef[Name]>> & { readonly into: Name } }[keyof TDef]>
>

import { SyncError } from '@strandline/client'
import type { Fold, Folds } from './fold.ts'
import type { InvalidPolicy } from './issue.ts'
import type { CollectionDefinition, StreamStateDefinition } from './schema.ts'

/** A collection as the projection knows it. */
export interface Table extends CollectionDefinition {
  readonly name: string
  readonly invalid: InvalidPolicy
}

/** A fold as the projection knows it. */
export interface TableFold {
  readonly table: Table
  readonly apply: Fold['apply']
  readonly invalid: InvalidPolicy
}

/** What the items of a stream can be, by their `type`. */
export interface Tables {
  readonly all: readonly Table[]
  readonly byType: ReadonlyMap<string, Table>
  readonly folds: ReadonlyMap<string, TableFold>
}

/** Throws `invalid-argument` for a fold into a collection that does not exist, or of a collection's own type. */
export function tablesOf<TDef extends StreamStateDefinition>(state: TDef, folds: Folds<TDef> = {}): Tables {
  const all = Object.entries(state).map(([name, definition]): Table => {
    const { schema, type, primaryKey, indexes = [], invalid = 'skip', firstInsertWins = false } = definition
    return { name, schema, type, primaryKey, indexes, invalid, firstInsertWins }
  })
  const byType = new Map(all.map((table) => [table.type, table]))
  const byName = new Map(all.map((table) => [table.name, table]))
  const foldEntries = Object.entries(folds).map(([type, { into, apply, invalid = 'hold' }]) => {
    const table = byName.get(String(into))
    if (!table || byType.has(type))
      throw new SyncError(
        'invalid-argument',
        `fold "${type}" needs a collection to fold into, and a type of its own`,
      )
    // Rows that reach it have passed the schema of that collection.
    return [type, { table, apply: apply as Fold['apply'], invalid }] as const
  })
  return { all, byType, folds: new Map(foldEntries) }
}

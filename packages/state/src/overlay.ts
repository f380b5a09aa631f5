import { applyChange, type RowChange } from './change.ts'
import type { Row } from './row.ts'

/** A change of a write that is pending, and the place its row takes if it makes one. */
export interface PendingChange {
  readonly change: RowChange
  readonly seq: number
}

/**
 * The visible row: what the log says, with the pending changes of its key on top, in the order they will be sent.
 * Pure. It is what the log will say if they are all taken; a fold that cannot be applied yet changes nothing.
 */
export function overlay(base: Row | undefined, changes: readonly PendingChange[]): Row | undefined {
  return changes.reduce((row, { change, seq }) => {
    try {
      return applyChange(row, change, seq)
    } catch {
      return row
    }
  }, base)
}

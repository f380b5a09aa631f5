import type { z } from 'zod'

/** A fold whose delta is checked: one that does not fit is set aside as an issue, and the row stays as it was. */
export function checkedFold<TRow extends object, TDelta>(
  delta: z.ZodType<TDelta>,
  apply: (row: TRow, delta: TDelta) => TRow,
): { readonly invalid: 'skip'; readonly apply: (row: TRow, value: unknown) => TRow } {
  return { invalid: 'skip', apply: (row, value) => apply(row, delta.parse(value)) }
}

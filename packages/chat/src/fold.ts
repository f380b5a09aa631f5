import { type GenericSchema, parse } from 'valibot'

/** A fold whose delta is checked: one that does not fit is set aside as an issue, and the row stays as it was. */
export function checkedFold<TRow extends object, TDelta>(
  delta: GenericSchema<unknown, TDelta>,
  apply: (row: TRow, delta: TDelta) => TRow,
): { readonly invalid: 'skip'; readonly apply: (row: TRow, value: unknown) => TRow } {
  return { invalid: 'skip', apply: (row, value) => apply(row, parse(delta, value)) }
}

/**
 * The head of packed items. They are kept by field: those of one shape together, each field a column. Read again, they
 * are what `JSON.parse` makes of the JSON they came as, several times faster.
 */
export interface Head {
  readonly count: number
  readonly shapes: readonly Shape[]
  /** Of several shapes: the one that each item has, 8 bits each. */
  readonly order: Section
  /** The strings of all text columns, one after another: those that are ASCII, and the others. */
  readonly ascii: Section
  readonly wide: Section
}

export interface Shape {
  readonly tree: Tree
  readonly columns: readonly Column[]
}

/** An object by its fields, in order; what is no object, or an empty one, by the column that holds it. */
export type Tree = number | { readonly [field: string]: Tree }

export type Column =
  /** The values of an earlier one. */
  | { readonly is: 'same'; readonly as: number }
  | { readonly is: 'one'; readonly value: unknown }
  /** For each row the place of its value, 16 bits. */
  | { readonly is: 'few'; readonly values: readonly unknown[]; readonly at: Section }
  /** 64 bits each. */
  | { readonly is: 'numbers'; readonly at: Section }
  /** 32 bits each: twice the string's length, and one more where it is not ASCII. And where the first ones begin. */
  | { readonly is: 'texts'; readonly at: Section; readonly ascii: number; readonly wide: number }
  | { readonly is: 'any'; readonly values: readonly unknown[] }

/** Bytes: where they begin after the head, and how many. All begin at a multiple of eight, as the first do. */
export type Section = readonly [at: number, size: number]

/** Bytes in front of the head: its length, in a number of 32 bits. */
export const PREFIX = 4

export function aligned(size: number): number {
  return (size + 7) & ~7
}

/**
 * A position in a stream: an opaque token that sorts as a string (PROTOCOL, section 8). Only ever compared
 * or sent back.
 */
export type Offset = string

/** Before the first item. */
export const OFFSET_START: Offset = '-1'

/** The tail at the time of the request; only in requests. */
export const OFFSET_NOW: Offset = 'now'

/** Negative when `a` lies before `b`, 0 when equal. Relays sort bytewise, as does this for their ASCII tokens. */
export function compareOffsets(a: Offset, b: Offset): number {
  if (a === b) return 0
  if (a === OFFSET_START) return -1
  if (b === OFFSET_START) return 1
  return a < b ? -1 : 1
}

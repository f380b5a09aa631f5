import { OFFSET_NOW, OFFSET_START, type Offset } from '@strandline/client/protocol'

/**
 * Offsets are positions in bytes, padded so that they sort as strings. The part before the underscore is
 * always zero: it keeps them in the form in which the published suite spells a stream's first offset.
 */
const HIGH = '0000000000000000_'
const DIGITS = 16
const ISSUED = /^0{16}_\d{16}$/

export function formatOffset(position: number): Offset {
  return HIGH + String(position).padStart(DIGITS, '0')
}

/** The position of an offset this relay can have issued, or undefined. */
export function parseOffset(offset: string): number | undefined {
  if (!ISSUED.test(offset)) return undefined
  const position = Number(offset.slice(HIGH.length))
  return Number.isSafeInteger(position) ? position : undefined
}

/** Where a read begins: a position, or the tail at the time of the answer. */
export type Start = number | 'now'

/** The start that an `offset` parameter names, or undefined when it names none. */
export function readStart(text: string): Start | undefined {
  if (text === OFFSET_START) return 0
  if (text === OFFSET_NOW) return 'now'
  return parseOffset(text)
}

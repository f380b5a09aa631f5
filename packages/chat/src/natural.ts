import { integer, minValue, number, pipe } from 'valibot'

/** A whole number from 0: of bytes, of letters, of pieces. */
export const natural = pipe(number(), integer(), minValue(0))

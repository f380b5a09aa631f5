import { finite, maxValue, minValue, number, pipe, safeInteger } from 'valibot'

// JSON has no word for infinity, and `1e999` is read as one.

/** Any number there is an end to: an amount, a duration, a time until which something counts. */
export const amount = pipe(number(), finite())

/** A whole number from 0: of bytes, of letters, of pieces. */
export const natural = pipe(number(), safeInteger(), minValue(0))

/** Days of a `Date` to either side of 1970 (ECMAScript), but for two: so that the midnights around each are there too. */
const REACH = (1e8 - 2) * 86_400_000

/** A moment that can be shown, with its day (ms since 1970). */
export const moment = pipe(number(), minValue(-REACH), maxValue(REACH))

/** Letters in one message. Far below what a relay takes, and about what a text field can hold without a stutter. */
export const MESSAGE_LIMIT = 100_000

/** Why a text is too long to be one message; undefined where it is not. */
export function tooLong(letters: number): string | undefined {
  if (letters <= MESSAGE_LIMIT) return undefined
  const limit = MESSAGE_LIMIT.toLocaleString()
  return `A message holds ${limit} letters, this has ${letters.toLocaleString()}. Shorten it, or send it in parts.`
}

/**
 * How many of `chunks`, from the first on, make text whose last UTF-8 character is whole. Bytes that no more
 * bytes could make a character of count as whole: there is nothing to wait for.
 */
export function wholeCharacters(chunks: readonly Uint8Array[]): number {
  let count = chunks.length
  while (count > 0 && endsWithin(chunks, count)) count--
  return count
}

/** Whether a character that began in the first `count` chunks goes on after them. */
function endsWithin(chunks: readonly Uint8Array[], count: number): boolean {
  let seen = 0
  for (let n = count - 1; n >= 0; n--) {
    const chunk = chunks[n] ?? new Uint8Array()
    for (let i = chunk.length - 1; i >= 0; i--) {
      const byte = chunk[i] ?? 0
      seen++
      if (!isContinuation(byte)) return lengthOf(byte) > seen
      if (seen === LONGEST - 1) return false
    }
  }
  return false
}

const LONGEST = 4

function isContinuation(byte: number): boolean {
  return (byte & 0xc0) === 0x80
}

/** Of the character that `byte` begins; 1 when it begins none. */
function lengthOf(byte: number): number {
  if (byte >= 0xf0 && byte <= 0xf4) return 4
  if (byte >= 0xe0 && byte < 0xf0) return 3
  if (byte >= 0xc2 && byte < 0xe0) return 2
  return 1
}

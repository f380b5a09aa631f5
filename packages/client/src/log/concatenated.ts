/** JSON arrays in UTF-8 as one, their insides taken over as they are. */
export function concatenated(arrays: readonly Uint8Array[]): Uint8Array {
  const inner = arrays.map((bytes) => bytes.subarray(bytes.indexOf(OPEN) + 1, bytes.lastIndexOf(CLOSE)))
  const whole = new Uint8Array(inner.reduce((size, part) => size + part.byteLength + 1, 1))
  let at = 0
  for (const part of inner) {
    whole[at] = at === 0 ? OPEN : COMMA
    whole.set(part, at + 1)
    at += part.byteLength + 1
  }
  whole[at] = CLOSE
  return whole
}

const OPEN = 0x5b
const COMMA = 0x2c
const CLOSE = 0x5d

/**
 * 32 bits over `bytes`, four bytes a step: any damage within one such word shows, any other with a chance of one in
 * four thousand million to stay hidden. For this device only: it depends on the byte order of the machine.
 */
export function checksum(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const count = aligned.byteLength >>> 2
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, count)
  let sum = aligned.byteLength
  // Each step is a bijection of `sum`, so that a difference once made stays one.
  for (let at = 0; at < count; at++) sum = step(sum, words[at] ?? 0)
  for (let at = count * 4; at < aligned.byteLength; at++) sum = step(sum, aligned[at] ?? 0)
  return sum >>> 0
}

function step(sum: number, word: number): number {
  const mixed = Math.imul(sum ^ word, 0x9e3779b1)
  return (mixed << 13) | (mixed >>> 19)
}

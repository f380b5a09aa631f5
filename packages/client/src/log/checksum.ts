/**
 * 32 bits over `bytes`, four bytes a step: any damage within one such word shows, any other with a chance of one in
 * four thousand million to stay hidden. For this device only: it depends on the byte order of the machine.
 */
export function checksum(bytes: Uint8Array): number {
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
  const count = aligned.byteLength >>> 2
  const words = new Int32Array(aligned.buffer, aligned.byteOffset, count)
  // Four sums side by side, none of which waits for another; each step is a bijection of its sum, so that a difference
  // once made stays one.
  let [a, b, c, d] = [aligned.byteLength, 1, 2, 3]
  const whole = count - (count % 4)
  for (let at = 0; at < whole; at += 4) {
    a = step(a, words[at] ?? 0)
    b = step(b, words[at + 1] ?? 0)
    c = step(c, words[at + 2] ?? 0)
    d = step(d, words[at + 3] ?? 0)
  }
  let sum = step(step(step(a, b), c), d)
  for (let at = whole; at < count; at++) sum = step(sum, words[at] ?? 0)
  for (let at = count * 4; at < aligned.byteLength; at++) sum = step(sum, aligned[at] ?? 0)
  return sum >>> 0
}

function step(sum: number, word: number): number {
  const mixed = Math.imul(sum ^ word, 0x9e3779b1)
  return (mixed << 13) | (mixed >>> 19)
}

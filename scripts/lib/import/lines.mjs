import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'

const newline = 0x0a

/** @param {string} path */
function bytesOf(path) {
  const raw = createReadStream(path)
  return path.endsWith('.gz') ? pipeline(raw, createGunzip(), () => {}) : raw
}

/**
 * The lines of a file with their numbers, plain or gzipped, without holding more than one of them. Empty lines
 * are counted and left out.
 *
 * @param {string} path
 * @param {(chunk: Buffer) => void} [onBytes] sees the content as it passes
 * @returns {AsyncGenerator<{ number: number, bytes: Buffer }>}
 */
export async function* linesOf(path, onBytes) {
  let number = 0
  /** @type {Buffer[]} */
  let parts = []
  const take = () => {
    const bytes = Buffer.concat(parts)
    parts = []
    number++
    return bytes.toString('latin1').trim() === '' ? [] : [{ number, bytes }]
  }
  for await (const chunk of bytesOf(path)) {
    onBytes?.(chunk)
    let from = 0
    for (let to = chunk.indexOf(newline); to !== -1; to = chunk.indexOf(newline, from)) {
      parts.push(chunk.subarray(from, to))
      from = to + 1
      yield* take()
    }
    if (from < chunk.length) parts.push(chunk.subarray(from))
  }
  if (parts.length > 0) yield* take()
}

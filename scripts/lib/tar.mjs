import { gunzipSync } from 'node:zlib'

const block = 512

/**
 * The regular files of a .tgz, by name. Enough of the format for what `pnpm pack` writes.
 *
 * @param {Buffer} tgz
 * @returns {Map<string, string>}
 */
export function untar(tgz) {
  const bytes = gunzipSync(tgz)
  const files = new Map()
  for (let at = 0; at + block <= bytes.length; ) {
    /** @param {number} from @param {number} to */
    const field = (from, to) => bytes.toString('utf8', at + from, at + to).replace(/\0.*$/s, '')
    const name = [field(345, 500), field(0, 100)].filter(Boolean).join('/')
    if (!name) break
    const size = Number.parseInt(field(124, 136), 8) || 0
    const type = field(156, 157)
    at += block
    if (type === '' || type === '0') files.set(name, bytes.toString('utf8', at, at + size))
    at += Math.ceil(size / block) * block
  }
  return files
}

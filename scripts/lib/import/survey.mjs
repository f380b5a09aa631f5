import { createHash } from 'node:crypto'
import { linesOf } from './lines.mjs'
import { parseMessage } from './message.mjs'

/** @typedef {import('./message.mjs').Message} Message */

/**
 * @typedef {object} Survey
 * @property {string} digest of the content, the same for a file and its gzipped twin
 * @property {{ first: Message, last: Message }[]} rooms the first message of each room in the file, and the latest
 * @property {number} messages
 * @property {number} broken
 */

/**
 * Reads the whole file once before anything is sent: what it is, which rooms it holds, which lines are broken.
 *
 * @param {string} path
 * @param {(line: number, reason: string) => void} onBroken
 * @returns {Promise<Survey>}
 */
export async function survey(path, onBroken) {
  const hash = createHash('sha256')
  /** @type {Map<string, { first: Message, last: Message }>} */
  const rooms = new Map()
  let messages = 0
  let broken = 0
  for await (const { number, bytes } of linesOf(path, (chunk) => hash.update(chunk))) {
    const parsed = parseMessage(bytes)
    if (parsed.ok) {
      messages++
      const { message } = parsed
      const { first, last } = rooms.get(message.room) ?? { first: message, last: message }
      rooms.set(message.room, { first, last: message.at < last.at ? last : message })
    } else {
      broken++
      onBroken(number, parsed.reason)
    }
  }
  return { digest: hash.digest('hex').slice(0, 16), rooms: [...rooms.values()], messages, broken }
}

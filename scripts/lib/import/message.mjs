/**
 * @typedef {{ room: string, id: string, author: string, at: number, text: string }} Message
 * @typedef {{ ok: true, message: Message } | { ok: false, reason: string }} Parsed
 */

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** @param {unknown} value */
const isName = (value) => typeof value === 'string' && value !== ''

/** A room's name becomes a part of its stream's path, which the relay bounds, and in which it takes no dot segments. */
const ROOM = /^[^\p{Cc}]{1,100}$/u

/** @param {unknown} value */
const isRoom = (value) =>
  typeof value === 'string' && ROOM.test(value) && value.split('/').every((part) => !/^\.{0,2}$/.test(part))

/** @type {Record<keyof Message, { wanted: string, test: (value: unknown) => boolean }>} */
const fields = {
  room: { wanted: 'a name of 1 to 100 letters that can stand in a path', test: isRoom },
  id: { wanted: 'a non-empty string', test: isName },
  author: { wanted: 'a non-empty string', test: isName },
  at: { wanted: 'a number of milliseconds', test: Number.isSafeInteger },
  text: { wanted: 'a string', test: (value) => typeof value === 'string' },
}

/**
 * Reads one line of the file; never throws.
 *
 * @param {Uint8Array} line
 * @returns {Parsed}
 */
export function parseMessage(line) {
  let value
  try {
    value = JSON.parse(utf8.decode(line))
  } catch (error) {
    return { ok: false, reason: error instanceof SyntaxError ? 'not JSON' : 'not UTF-8' }
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { ok: false, reason: 'not an object' }
  }
  for (const [name, { wanted, test }] of Object.entries(fields)) {
    if (!(name in value)) return { ok: false, reason: `"${name}" is missing` }
    if (!test(value[name])) return { ok: false, reason: `"${name}" is not ${wanted}` }
  }
  const { room, id, author, at, text } = value
  return { ok: true, message: { room, id, author, at, text } }
}

/** Where sessions and their messages live on the relay, and as what. The chat reads the same layout. */

/** @typedef {import('./message.mjs').Message} Message */

export const sessionsPath = '/v1/stream/sessions'

/** @param {string} room */
const sessionId = (room) => `room-${room}`

/** @param {string} room */
export const messagesPath = (room) => `/v1/stream/session/${encodeURIComponent(sessionId(room))}`

/** @param {string} txid */
const inserted = (txid) => ({ operation: 'insert', txid })

/**
 * The session of a room, as made by whoever wrote first, and last used by whoever wrote last.
 *
 * @param {{ first: Message, last: Message }} messages
 */
export function sessionItem({ first, last }) {
  const { room, at, author } = first
  const id = sessionId(room)
  const used = { lastAt: last.at, lastBy: last.author }
  const value = { id, title: room, createdAt: at, createdBy: author, ...used }
  return { type: 'session', key: id, value, headers: inserted(`import:${id}`) }
}

/** @param {Message} message */
export function messageItem({ room, id, author, at, text }) {
  const value = { id, author, at, text }
  return { type: 'message', key: id, value, headers: inserted(`import:${sessionId(room)}:${id}`) }
}

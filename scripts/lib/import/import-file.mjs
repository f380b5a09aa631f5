import { createBatches } from './batches.mjs'
import { messageItem, messagesPath, sessionItem, sessionsPath } from './layout.mjs'
import { linesOf } from './lines.mjs'
import { parseMessage } from './message.mjs'
import { createQueue } from './queue.mjs'

const sideBySide = 4

/**
 * @typedef {import('./batches.mjs').Batch} Batch
 * @typedef {ReturnType<typeof import('./sender.mjs').createSender>} Sender
 */

/**
 * Sends what a survey found: the sessions first, then the messages of a few rooms at a time. May be repeated,
 * also after a run that was cut short; nothing is added twice.
 *
 * @param {string} path
 * @param {import('./survey.mjs').Survey} found
 * @param {Sender} sender
 * @param {(messages: number) => void} onSent
 * @returns {Promise<{ added: number, already: number }>} messages
 */
export async function importFile(path, { digest, rooms }, sender, onSent) {
  const sum = { added: 0, already: 0 }

  await sender.create(sessionsPath)
  const sessions = createBatches()
  const full = rooms.flatMap((room) => sessions.add('sessions', sessionItem(room)))
  for (const { seq, body } of [...full, ...sessions.rest()]) {
    await sender.append(sessionsPath, { producer: `import-${digest}`, seq, body })
  }

  const queue = createQueue(sideBySide)
  const messages = createBatches()
  /** @param {Batch} batch */
  const send = ({ key, seq, count, body }) =>
    queue.push(key, async () => {
      if (seq === 0) await sender.create(messagesPath(key))
      const producer = `import-${digest}-${encodeURIComponent(key)}`
      sum[await sender.append(messagesPath(key), { producer, seq, body })] += count
      onSent(count)
    })
  for await (const { bytes } of linesOf(path)) {
    const parsed = parseMessage(bytes)
    if (!parsed.ok) continue
    for (const batch of messages.add(parsed.message.room, messageItem(parsed.message))) await send(batch)
  }
  for (const batch of messages.rest()) await send(batch)
  await queue.idle()
  return sum
}

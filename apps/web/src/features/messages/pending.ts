import type { PendingWrite, StreamStatus } from '@strandline/client'
import { type Message, messageOf } from '../../schema.ts'

export interface Mark {
  readonly icon: 'clock' | 'up' | 'check' | 'alert'
  readonly text: string
  /** Waits for a person's decision. */
  readonly stuck: boolean
}

/** What a writer is told about a message that the log does not hold yet. */
export function markOf({ state, error }: PendingWrite, connection: StreamStatus['state']): Mark {
  switch (state) {
    case 'saved':
      return { icon: 'clock', text: 'Waiting to be sent', stuck: false }
    case 'sending':
      return connection === 'live' && !error
        ? { icon: 'up', text: 'Sending', stuck: false }
        : { icon: 'clock', text: 'Waiting to be sent', stuck: false }
    case 'sent':
      return { icon: 'check', text: 'Sent', stuck: false }
    case 'rejected':
      return { icon: 'alert', text: `Not sent: ${reason(error)}`, stuck: true }
    case 'uncertain':
      return { icon: 'alert', text: 'It is not known whether this was sent', stuck: true }
    default:
      return state satisfies never
  }
}

/** A sentence for a refusal, by its code. */
function reason(error: PendingWrite['error']): string {
  switch (error?.code) {
    case 'too-large':
      return 'it is longer than the server takes'
    case 'closed':
      return 'the session was closed'
    case undefined:
      return 'the server refused it'
    default:
      return error?.message ?? 'the server refused it'
  }
}

/**
 * The messages with those that were refused at the end: a refused write is no row any more, but its writer must
 * see it until it is retried, edited or discarded.
 */
export function withRefused(
  messages: readonly Message[],
  pending: readonly PendingWrite[],
): readonly Message[] {
  const refused = pending.filter(({ state }) => state === 'rejected')
  if (refused.length === 0) return messages
  const shown = new Set(messages.map(({ id }) => id))
  const lost = refused
    .flatMap(({ items }) => items.map(({ value }) => messageOf(value)))
    .filter((message) => message !== undefined)
    .filter(({ id }) => !shown.has(id))
  return [...messages, ...lost]
}

/** The write that each row waits for; a later one of the same row wins. */
export function writesByKey(
  pending: readonly PendingWrite[],
  type: string,
): ReadonlyMap<string, PendingWrite> {
  return new Map(
    pending.flatMap((write) =>
      write.keys.flatMap((at) => (at.type === type ? [[at.key, write] as const] : [])),
    ),
  )
}

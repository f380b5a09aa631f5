import type { Message } from '../../schema.ts'
import { dayOf } from './days.ts'

/** One line of the virtual list. */
export type Row =
  | { readonly kind: 'day'; readonly key: string; readonly at: number }
  | {
      readonly kind: 'message'
      readonly key: string
      readonly message: Message
      /** Opens a run of one author: carries the avatar and the name. */
      readonly opens: boolean
      /** Written on an earlier day than those around it: it waited before it was sent. */
      readonly late: boolean
    }

/** Messages of one author this close (ms) make one run. */
const RUN = 10 * 60_000

/**
 * Lays messages out in the order they come in. A day is announced once, when the first message of a later day
 * arrives; one that waited offline keeps its place in the log and is marked instead.
 */
export function layOut(messages: readonly Message[]): Row[] {
  const rows: Row[] = []
  let day = Number.NEGATIVE_INFINITY
  let before: Message | undefined
  for (const message of messages) {
    const own = dayOf(message.at)
    if (own > day) {
      day = own
      before = undefined
      rows.push({ kind: 'day', key: `day:${own}`, at: message.at })
    }
    const opens =
      before?.author !== message.author ||
      before.name !== message.name ||
      Math.abs(message.at - before.at) >= RUN
    rows.push({ kind: 'message', key: message.id, message, opens, late: own < day })
    before = message
  }
  return rows
}

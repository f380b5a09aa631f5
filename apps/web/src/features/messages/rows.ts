import type { Message } from '../../schema.ts'
import { dayAround } from './days.ts'

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
  let day = { from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
  let before: Message | undefined
  for (const message of messages) {
    const { at } = message
    if (at >= day.to) {
      day = dayAround(at)
      before = undefined
      rows.push({ kind: 'day', key: `day:${day.from}`, at })
    }
    const opens =
      before?.author !== message.author || before.name !== message.name || Math.abs(at - before.at) >= RUN
    rows.push({ kind: 'message', key: message.id, message, opens, late: at < day.from })
    before = message
  }
  return rows
}

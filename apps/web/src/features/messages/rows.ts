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
 * arrives; one that waited offline keeps its place in the log and is marked instead. Each call goes on where the
 * messages first differ from those of the call before: rows before that stay the same objects.
 */
export function rowLayout(): (messages: readonly Message[]) => readonly Row[] {
  let known: readonly Message[] = []
  let rows: readonly Row[] = []
  /** By message: the rows above it. */
  let above: readonly number[] = []

  return (messages) => {
    const same = commonStart(known, messages)
    if (same === messages.length && same === known.length) return rows
    const kept = rows.slice(0, same < known.length ? above[same] : rows.length)
    const next = layOut(messages, same, kept)
    known = messages
    rows = next.rows
    above = [...above.slice(0, same), ...next.above]
    return rows
  }
}

function layOut(messages: readonly Message[], start: number, kept: readonly Row[]) {
  const rows = [...kept]
  const above: number[] = []
  const opened = kept.findLast((row) => row.kind === 'day')
  let day = opened ? dayAround(opened.at) : { from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
  let before = messages[start - 1]
  for (const message of messages.slice(start)) {
    const { at } = message
    above.push(rows.length)
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
  return { rows, above }
}

function commonStart<T>(a: readonly T[], b: readonly T[]): number {
  const end = Math.min(a.length, b.length)
  let at = 0
  while (at < end && a[at] === b[at]) at += 1
  return at
}

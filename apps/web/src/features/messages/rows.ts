import type { Message } from '../../schema.ts'
import { dayAround } from './days.ts'
import type { Entry } from './timeline.ts'

type Aside = Exclude<Entry, { readonly kind: 'message' }>

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
  /** What an agent did, asked or has to say of its run. */
  | { readonly kind: 'aside'; readonly key: string; readonly entry: Aside }

/** Messages of one author this close (ms) make one run. */
const RUN = 10 * 60_000

/**
 * Lays entries out in the order they come in. A day is announced once, when the first entry of a later day
 * arrives; one that waited offline keeps its place in the log and is marked instead. Each call goes on where the
 * entries first differ from those of the call before: rows before that stay the same objects.
 */
export function rowLayout(): (entries: readonly Entry[]) => readonly Row[] {
  let known: readonly Entry[] = []
  let rows: readonly Row[] = []
  /** By entry: the rows above it. */
  let above: readonly number[] = []

  return (entries) => {
    const same = commonStart(known, entries)
    if (same === entries.length && same === known.length) return rows
    const kept = rows.slice(0, same < known.length ? above[same] : rows.length)
    const next = layOut(entries, same, kept)
    known = entries
    rows = next.rows
    above = [...above.slice(0, same), ...next.above]
    return rows
  }
}

function layOut(entries: readonly Entry[], start: number, kept: readonly Row[]) {
  const rows = [...kept]
  const above: number[] = []
  const opened = kept.findLast((row) => row.kind === 'day')
  let day = opened ? dayAround(opened.at) : { from: Number.NEGATIVE_INFINITY, to: Number.NEGATIVE_INFINITY }
  let before = entries[start - 1]
  for (const entry of entries.slice(start)) {
    const { at, key } = entry
    above.push(rows.length)
    if (at >= day.to) {
      day = dayAround(at)
      before = undefined
      rows.push({ kind: 'day', key: `day:${day.from}`, at })
    }
    if (entry.kind === 'message') {
      const { message } = entry
      rows.push({ kind: 'message', key, message, opens: !goesOn(before, message), late: at < day.from })
    } else rows.push({ kind: 'aside', key, entry })
    before = entry
  }
  return { rows, above }
}

/** The same person, soon after. What an agent does between two of its messages parts them no more than a breath. */
function goesOn(before: Entry | undefined, { author, name, at, run }: Message): boolean {
  switch (before?.kind) {
    case 'message':
      return (
        before.message.author === author && before.message.name === name && Math.abs(at - before.at) < RUN
      )
    case 'tool':
      return before.call.run === run
    case 'approval':
      return before.approval.run === run
    default:
      return false
  }
}

function commonStart<T>(a: readonly T[], b: readonly T[]): number {
  const end = Math.min(a.length, b.length)
  let at = 0
  while (at < end && a[at] === b[at]) at += 1
  return at
}

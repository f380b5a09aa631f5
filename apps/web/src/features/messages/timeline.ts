import type { Approval, Message, Notice, Run, ToolCall } from '@strandline/chat'
import { arrival } from '@strandline/state'

/** Something that has a place of its own in a conversation. */
export type Entry =
  | { readonly kind: 'message'; readonly key: string; readonly at: number; readonly message: Message }
  | { readonly kind: 'tool'; readonly key: string; readonly at: number; readonly call: ToolCall }
  | { readonly kind: 'approval'; readonly key: string; readonly at: number; readonly approval: Approval }
  | { readonly kind: 'notice'; readonly key: string; readonly at: number; readonly notice: Notice }
  /** How a run stands, or how it ended; after all that it brought. */
  | { readonly kind: 'run'; readonly key: string; readonly at: number; readonly run: Run }

/** The rows of a session, each list in the order of arrival. */
export interface Parts {
  readonly messages: readonly Message[]
  readonly runs: readonly Run[]
  readonly toolCalls: readonly ToolCall[]
  readonly approvals: readonly Approval[]
  readonly notices: readonly Notice[]
}

/**
 * Puts the rows of a session in one order, that of the log; what waits comes last, as it was written. A row that
 * did not change keeps its entry.
 */
export function timeline(): (parts: Parts) => readonly Entry[] {
  const known = new WeakMap<object, Entry>()
  const entryOf = <T extends object>(row: T, make: (row: T) => Entry): Entry => {
    const entry = known.get(row) ?? make(row)
    known.set(row, entry)
    return entry
  }

  return ({ messages, runs, toolCalls, approvals, notices }) => {
    const said = messages.map((row) => entryOf(row, messageEntry))
    if (runs.length + toolCalls.length + approvals.length + notices.length === 0) return said
    const done = [
      ...toolCalls.map((row) => entryOf(row, toolEntry)),
      ...approvals.map((row) => entryOf(row, approvalEntry)),
      ...notices.map((row) => entryOf(row, noticeEntry)),
    ].toSorted((a, b) => placeOf(a) - placeOf(b))
    const all = merged(said, done)
    const ends = new Map<number, Run[]>()
    const last = lastOfRuns(all)
    for (const run of runs) {
      const at = last.get(run.id)
      if (at !== undefined) ends.set(at, [...(ends.get(at) ?? []), run])
    }
    return all.flatMap((entry, index) => [
      entry,
      ...(ends.get(index) ?? []).map((run) => entryOf(run, runEntry)),
    ])
  }
}

const messageEntry = (message: Message): Entry => ({
  kind: 'message',
  key: message.id,
  at: message.at,
  message,
})
const toolEntry = (call: ToolCall): Entry => ({ kind: 'tool', key: `tool:${call.id}`, at: call.at, call })
const approvalEntry = (approval: Approval): Entry => ({
  kind: 'approval',
  key: `approval:${approval.id}`,
  at: approval.at,
  approval,
})
const noticeEntry = (notice: Notice): Entry => ({
  kind: 'notice',
  key: `notice:${notice.id}`,
  at: notice.at,
  notice,
})
const runEntry = (run: Run): Entry => ({ kind: 'run', key: `run:${run.id}`, at: run.at, run })

function placeOf(entry: Entry): number {
  // A refused message is no row of the log any more: it stands at the end.
  return arrival(rowOf(entry)) ?? Number.POSITIVE_INFINITY
}

function rowOf(entry: Entry): object {
  switch (entry.kind) {
    case 'message':
      return entry.message
    case 'tool':
      return entry.call
    case 'approval':
      return entry.approval
    case 'notice':
      return entry.notice
    case 'run':
      return entry.run
    default:
      return entry satisfies never
  }
}

/** Where the last entry stands that belongs to each run: its prompt, where nothing else does. */
function lastOfRuns(entries: readonly Entry[]): ReadonlyMap<string, number> {
  const last = new Map<string, number>()
  for (const [index, entry] of entries.entries()) last.set(runOf(entry), index)
  return last
}

function runOf(entry: Entry): string {
  switch (entry.kind) {
    case 'message':
      return entry.message.run ?? entry.message.id
    case 'tool':
      return entry.call.run
    case 'approval':
      return entry.approval.run
    case 'notice':
      return entry.notice.run ?? ''
    case 'run':
      return entry.run.id
    default:
      return entry satisfies never
  }
}

function merged(a: readonly Entry[], b: readonly Entry[]): readonly Entry[] {
  const all: Entry[] = []
  let taken = 0
  for (const entry of a) {
    const place = placeOf(entry)
    for (let next = b[taken]; next && placeOf(next) < place; next = b[taken]) {
      all.push(next)
      taken += 1
    }
    all.push(entry)
  }
  return [...all, ...b.slice(taken)]
}

import { array, boolean, type InferOutput, nullable, object, optional, string } from 'valibot'
import { amount, moment } from './numbers.ts'

export const sessionRow = object({
  id: string(),
  title: string(),
  createdAt: moment,
  createdBy: string(),
  /** The agent that answers here, by its id; absent where people are among themselves. */
  agent: optional(string()),
  archived: optional(boolean()),
  /** When something was last said in it, as far as people have noted it (ms), and by whom. */
  lastAt: optional(moment),
  lastBy: optional(string()),
})

/** Something was said. People note it for the lists of others, at most now and then: see `session.touch`. */
export const sessionTouch = object({ at: moment, by: string() })

/** The fields of a session that people change; two of them changed at once by two people both stay. */
export const sessionEdit = object({
  title: optional(string()),
  archived: optional(boolean()),
  agent: optional(string()),
})

/** An agent that serves sessions of this relay. Whether it answers now is said by the leases of its runs. */
export const agentRow = object({
  id: string(),
  name: string(),
  /** `demo`, `cli`; for people. */
  engine: string(),
  models: optional(array(string())),
  /** The folders, by name, that a prompt may ask to be run in. */
  workspaces: optional(array(string())),
  /** What it said of itself when it last started or stopped in good order. */
  online: boolean(),
  at: moment,
})

/** What happens in a session, for lists that do not follow its stream. Written by its agent. */
export const activityRow = object({
  /** The session's id. */
  id: string(),
  agent: string(),
  /** The run in flight; null between runs. */
  run: nullable(string()),
  /** While it runs: it counts as alive until then (ms). */
  until: amount,
  at: moment,
  /** The beginning of what was said last. */
  preview: optional(string()),
})

/** How far a person has read a session: their devices agree on it. */
export const readMarkRow = object({
  /** `<person>:<session>`, as `readMarkId` makes it. */
  id: string(),
  person: string(),
  session: string(),
  /** The last message read. */
  message: string(),
  at: moment,
})

export type Session = InferOutput<typeof sessionRow>
export type SessionEdit = InferOutput<typeof sessionEdit>
export type SessionTouch = InferOutput<typeof sessionTouch>
export type Agent = InferOutput<typeof agentRow>
export type Activity = InferOutput<typeof activityRow>
export type ReadMark = InferOutput<typeof readMarkRow>

/** The agent of new sessions, and what an agent is called unless told otherwise. */
export const DEFAULT_AGENT = 'agent'

export function readMarkId(person: string, session: string): string {
  return `${encodeURIComponent(person)}:${session}`
}

/** A run of the session is in flight as of `now`: by the clock alone, so that a dead agent leaves the list. */
export function isActive({ run, until }: Activity, now: number): boolean {
  return run !== null && until > now
}

export function editSession(session: Session, edit: SessionEdit): Session {
  const given = Object.entries(edit).filter(([, value]) => value !== undefined)
  return { ...session, ...Object.fromEntries(given) }
}

/** The latest counts, whatever the order in which notes arrive. */
export function touchSession(session: Session, { at, by }: SessionTouch): Session {
  return at > (session.lastAt ?? 0) ? { ...session, lastAt: at, lastBy: by } : session
}

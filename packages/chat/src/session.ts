import { z } from './zod.ts'

export const sessionRow = z.object({
  id: z.string(),
  title: z.string(),
  createdAt: z.number(),
  createdBy: z.string(),
  /** The agent that answers here, by its id; absent where people are among themselves. */
  agent: z.string().optional(),
  archived: z.boolean().optional(),
  /** When something was last said in it, as far as people have noted it (ms), and by whom. */
  lastAt: z.number().optional(),
  lastBy: z.string().optional(),
})

/** Something was said. People note it for the lists of others, at most now and then: see `session.touch`. */
export const sessionTouch = z.object({ at: z.number(), by: z.string() })

/** The fields of a session that people change; two of them changed at once by two people both stay. */
export const sessionEdit = z.object({
  title: z.string().optional(),
  archived: z.boolean().optional(),
  agent: z.string().optional(),
})

/** An agent that serves sessions of this relay. Whether it answers now is said by the leases of its runs. */
export const agentRow = z.object({
  id: z.string(),
  name: z.string(),
  /** `demo`, `cli`; for people. */
  engine: z.string(),
  models: z.array(z.string()).optional(),
  /** The folders, by name, that a prompt may ask to be run in. */
  workspaces: z.array(z.string()).optional(),
  /** What it said of itself when it last started or stopped in good order. */
  online: z.boolean(),
  at: z.number(),
})

/** What happens in a session, for lists that do not follow its stream. Written by its agent. */
export const activityRow = z.object({
  /** The session's id. */
  id: z.string(),
  agent: z.string(),
  /** The run in flight; null between runs. */
  run: z.string().nullable(),
  /** While it runs: it counts as alive until then (ms). */
  until: z.number(),
  at: z.number(),
  /** The beginning of what was said last. */
  preview: z.string().optional(),
})

/** How far a person has read a session: their devices agree on it. */
export const readMarkRow = z.object({
  /** `<person>:<session>`, as `readMarkId` makes it. */
  id: z.string(),
  person: z.string(),
  session: z.string(),
  /** The last message read. */
  message: z.string(),
  at: z.number(),
})

export type Session = z.output<typeof sessionRow>
export type SessionEdit = z.output<typeof sessionEdit>
export type SessionTouch = z.output<typeof sessionTouch>
export type Agent = z.output<typeof agentRow>
export type Activity = z.output<typeof activityRow>
export type ReadMark = z.output<typeof readMarkRow>

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

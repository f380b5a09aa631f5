import { pathsBelow, rowItem, type Session, sessionsFolds, sessionsSchema } from '@strandline/chat'
import type { HeadersRecord, StateItem } from '@strandline/client'
import { createClient, createStreamDB } from '@strandline/state'
import { activityOf } from './activity.ts'
import { attachmentReader } from './attachment-reader.ts'
import { attachmentStore } from './attachments.ts'
import { type Clock, pause } from './clock.ts'
import type { Timing } from './desk.ts'
import type { Engine } from './engine/engine.ts'
import { type JournalError, openJournal } from './journal/journal.ts'
import type { Report } from './report.ts'
import { type Seat, STOP_CAP_MS, takeSeat } from './seat.ts'

/** Milliseconds before a session that could not be served is tried again. */
const RETRY_MS = 30_000

export interface AgentOptions {
  /** The relay's address. */
  readonly relay: string
  /** The path of streams under which the sessions are; '' is the relay's own. */
  readonly root: string
  /** It serves the sessions that name this; its writes are fenced under it. */
  readonly id: string
  readonly name: string
  readonly engine: Engine
  /** Sent with every request; functions are asked afresh each time. What they permit is what it serves. */
  readonly headers: HeadersRecord
  /** Serves the sessions of these people alone. */
  readonly owners: readonly string[] | undefined
  readonly workspaces: Readonly<Record<string, string>>
  /** For the attachments of prompts; emptied at the start. */
  readonly folder: string
  readonly timing: Timing
  readonly clock: Clock
  readonly fetch: typeof fetch
  readonly report: Report
}

export interface Agent {
  /** Resolves when it follows the sessions; rejects where it may not. */
  readonly ready: Promise<void>
  /** Resolves with the reason when it had to stop: another agent of its name is at work. */
  readonly replaced: Promise<JournalError>
  /** Ends runs as interrupted, and engines; what the relay does not take within 2 s is left to the next start. */
  close(): Promise<void>
}

/** Follows the sessions of a relay and answers in those that name it. */
export function startAgent(options: AgentOptions): Agent {
  const { id, name, engine, clock, headers, report, timing } = options
  const life = new AbortController()
  const client = createClient({ storage: 'memory', headers, fetch: options.fetch })
  const paths = pathsBelow(options.root)
  const at = (path: string) => new URL(path, options.relay).href
  const seats = new Map<string, Seat>()
  const waits = new Map<string, () => void>()
  const leaving = new Set<Promise<void>>()
  let announced = false
  const identity = { id, name, epoch: clock.now() }
  let onReplaced: (error: JournalError) => void = () => undefined
  const replaced = new Promise<JournalError>((resolve) => {
    onReplaced = resolve
  })

  const journalOf = (path: string) =>
    openJournal({
      url: at(path),
      headers,
      fetch: options.fetch,
      producer: `agent:${id}`,
      clock,
      uuid: () => crypto.randomUUID(),
      random: Math.random,
      report,
      onEnd(error) {
        if (error.code === 'fenced') onReplaced(error)
      },
    })

  const read = attachmentReader({
    base: options.relay,
    paths,
    headers: () => resolved(headers),
    fetch: options.fetch,
    clock,
    patienceMs: timing.fileMs,
  })
  const attachments = attachmentStore({ read, folder: options.folder })

  let list = journalOf(paths.sessions)

  /** The list may have been made anew: its journal is, too, once the one before has found that out. */
  const note = (item: StateItem) => {
    if (list.ended?.code === 'gone') list = journalOf(paths.sessions)
    list.write(item)
  }

  const held = client.stream(at(paths.sessions), { create: 'on-open' })
  const db = createStreamDB({
    client,
    state: sessionsSchema,
    folds: sessionsFolds,
    streamOptions: { url: at(paths.sessions) },
  })

  const announce = (online: boolean) =>
    rowItem(
      'agent',
      {
        id,
        name,
        engine: engine.name,
        models: [...engine.models],
        workspaces: Object.keys(options.workspaces),
        online,
        at: clock.now(),
      },
      'upsert',
    )

  const serves = ({ agent, archived, createdBy }: Session) =>
    agent === id && archived !== true && (options.owners?.includes(createdBy) ?? true)

  const sit = (session: string) => {
    const seat = takeSeat({
      session,
      client,
      url: at(paths.session(session)),
      agent: identity,
      engine,
      journal: journalOf(paths.session(session)),
      activity: activityOf({ session, agent: id }, clock, note),
      attachments,
      workspaces: options.workspaces,
      clock,
      timing,
      report,
    })
    seats.set(session, seat)
    void seat.ended.then(() => {
      if (seats.get(session) !== seat || !seat.mendable) return
      rise(session)
      const again = () => {
        waits.delete(session)
        follow()
      }
      if (!life.signal.aborted) waits.set(session, clock.after(RETRY_MS, again))
    })
  }

  const rise = (session: string) => {
    const left = seats.get(session)?.leave()
    seats.delete(session)
    if (!left) return
    leaving.add(left)
    void left.finally(() => leaving.delete(left))
  }

  const follow = () => {
    if (life.signal.aborted) return
    const wanted = new Set(db.collections.sessions.toArray.filter(serves).map((session) => session.id))
    for (const session of seats.keys()) if (!wanted.has(session)) rise(session)
    for (const session of wanted) if (!seats.has(session) && !waits.has(session)) sit(session)
  }

  const start = async () => {
    await attachments.sweep()
    await db.preload({ until: 'live' })
    announced = true
    await list.commit(announce(true))
    db.collections.sessions.subscribeChanges(follow)
    follow()
  }
  const ready = start()
  ready.catch(() => undefined)

  return {
    ready,
    replaced,
    async close() {
      if (life.signal.aborted) return
      life.abort()
      for (const cancel of waits.values()) cancel()
      for (const session of [...seats.keys()]) rise(session)
      await Promise.all(leaving)
      const over = new AbortController()
      const bye = announced ? list.commit(announce(false)).catch(() => undefined) : undefined
      await Promise.race([bye, pause(clock, STOP_CAP_MS, over.signal)])
      over.abort()
      list.close()
      await db.close()
      await held.close()
      await client.close()
    },
  }
}

async function resolved(headers: HeadersRecord): Promise<Record<string, string>> {
  const pairs = Object.entries(headers).map(async ([name, value]) => {
    return [name, typeof value === 'function' ? await value() : value] as const
  })
  return Object.fromEntries(await Promise.all(pairs))
}

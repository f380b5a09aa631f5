import { pathsBelow, rowItem, type Session, sessionsFolds, sessionsSchema } from '@strandline/chat'
import type { HeadersRecord, StateItem } from '@strandline/client'
import { createClient, createStreamDB } from '@strandline/state'
import { attachmentStore } from './attachments.ts'
import { type Clock, every, pause } from './clock.ts'
import { type Conversation, openConversation } from './conversation.ts'
import type { Timing } from './desk.ts'
import type { Engine } from './engine/engine.ts'
import { type Journal, type JournalError, openJournal } from './journal/journal.ts'
import type { Report } from './report.ts'
import { type SessionWorker, startWorker } from './session-worker.ts'

/** How long an orderly end may wait for the relay. */
const STOP_CAP_MS = 2_000

/** Milliseconds before a session that could not be served is tried again. */
const RETRY_MS = 30_000

/** How long a session counts as active without a sign of life; the list is shorter if that is seldom given. */
const ACTIVE_MS = 60_000

/** Characters of an answer that lists show. */
const PREVIEW = 120

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

interface Seat {
  readonly worker: SessionWorker
  readonly conversation: Conversation
  readonly journal: Journal
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

  const attachments = attachmentStore({
    base: options.relay,
    paths,
    headers: () => resolved(headers),
    fetch: options.fetch,
    folder: options.folder,
  })

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

  const active = (session: string, run: string | null, said?: string) => {
    const now = clock.now()
    const preview = said !== undefined && { preview: said.slice(0, PREVIEW) }
    const until = run === null ? now : now + ACTIVE_MS
    note(rowItem('activity', { id: session, agent: id, run, until, at: now, ...preview }, 'upsert'))
  }

  const sit = (session: string) => {
    let cancelActive = () => {}
    const journal = journalOf(paths.session(session))
    let worker: SessionWorker | undefined
    const conversation = openConversation({
      client,
      url: at(paths.session(session)),
      onChange: () => worker?.changed(),
    })
    const { workspaces } = options
    const desk = {
      session,
      agent: identity,
      engine,
      conversation,
      journal,
      attachments,
      workspaces,
      clock,
      timing,
      report,
    }
    worker = startWorker(desk, {
      onActivity({ run, said }) {
        cancelActive()
        cancelActive =
          run === null ? () => undefined : every(clock, ACTIVE_MS / 3, () => active(session, run))
        active(session, run, said)
      },
    })
    const seat = { worker, conversation, journal }
    seats.set(session, seat)
    void worker.ended.then(() => {
      cancelActive()
      if (seats.get(session) !== seat || life.signal.aborted || conversation.over()) return
      void rise(session)
      if (journal.ended?.code === 'fenced') return
      waits.set(
        session,
        clock.after(RETRY_MS, () => {
          waits.delete(session)
          follow()
        }),
      )
    })
  }

  /** Lets go of a session; the run in flight is ended in good order if the relay is there. */
  const rise = (session: string): Promise<void> => {
    const seat = seats.get(session)
    seats.delete(session)
    if (!seat) return Promise.resolve()
    const { worker, conversation, journal } = seat
    const leave = async () => {
      const over = new AbortController()
      await Promise.race([worker.close(), pause(clock, STOP_CAP_MS, over.signal)])
      over.abort()
      journal.close()
      await conversation.close()
      await worker.close()
    }
    const left = leave().finally(() => leaving.delete(left))
    leaving.add(left)
    return left
  }

  const follow = () => {
    if (life.signal.aborted) return
    const wanted = new Set(db.collections.sessions.toArray.filter(serves).map((session) => session.id))
    for (const session of seats.keys()) if (!wanted.has(session)) void rise(session)
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
      for (const session of [...seats.keys()]) void rise(session)
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

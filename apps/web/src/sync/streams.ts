import { attachmentPath, sessionPath, sessionsPath } from '@strandline/chat'
import type { Client, Readable, StateItem, StreamHandle } from '@strandline/client'
import { createStreamDB, type Issue, type StreamDB } from '@strandline/state'
import { messagesFolds, messagesSchema, sessionsFolds, sessionsSchema } from '../schema.ts'
import { emptied } from './emptied.ts'
import { surface } from './surface.ts'
import { holdStreams, type Unsent } from './unsent.ts'
import type { Wire } from './wire.ts'

export type SessionsDB = StreamDB<typeof sessionsSchema>
export type MessagesDB = StreamDB<typeof messagesSchema>

/** The databases of the chat, all on one client. */
export interface Streams {
  sessions(): SessionsDB
  messages(session: string): MessagesDB
  /**
   * Begins to read the list, and the messages of a session, before anything is drawn: the next `sessions` and
   * `messages` give what was begun here. Resolves when what this device has of both can be shown.
   */
  begin(session: string | undefined): Promise<void>
  /**
   * Sees to it that the stream exists on the relay while it is held, so that others' first words arrive, and
   * that what was written to it is sent even after it was let go.
   */
  hold(url: string): () => void
  /**
   * Saves writes, one after the other, each one append; they are sent whether or not anybody holds the stream.
   * Rejects as `handle.append` does, with those before it saved.
   */
  append(url: string, ...writes: readonly (readonly StateItem[])[]): Promise<void>
  /** Sends again what was refused, or is in doubt. */
  retry(url: string): Promise<void>
  /**
   * Takes back a stream that nobody names any more: what is not sent yet is dropped, the rest deleted on the relay.
   * Rejects where that has to be tried again, as without a network.
   */
  free(url: string): Promise<void>
  /** A handle to read from; its owner closes it. */
  open(url: string): StreamHandle
  /** What each stream has not sent, of those that are held or followed. */
  readonly unsent: Readable<ReadonlyMap<string, Unsent>>
  /** Sends what an earlier page could not. */
  resume(): Promise<void>
  /** What the database of a stream has set aside, where this page has it open. */
  issues(url: string): readonly Issue[]
  readonly wire: Wire
}

export const sessionsUrl = sessionsPath
export const messagesUrl = sessionPath
export const attachmentUrl = attachmentPath

/** Made before it is read: asking first would put a 404 into every console. */
const MAKE = { create: 'on-open' } as const

export function openStreams(client: Client, base: string, wire: Wire): Streams {
  const absolute = (path: string) => new URL(path, base).href
  const held = holdStreams(client, (url) => new URL(url).pathname)
  const issues = new Map<string, Pick<SessionsDB, 'issues'>['issues']>()
  const opened = <T extends Pick<SessionsDB, 'issues'>>(url: string, db: T): T => {
    issues.set(url, db.issues)
    return db
  }
  const make = {
    sessions() {
      const url = absolute(sessionsUrl)
      const options = { client, create: 'on-open', state: sessionsSchema, folds: sessionsFolds } as const
      return opened(url, createStreamDB({ ...options, streamOptions: { url } }))
    },
    messages(session: string) {
      const url = absolute(messagesUrl(session))
      const options = { client, create: 'on-open', state: messagesSchema, folds: messagesFolds } as const
      return opened(url, createStreamDB({ ...options, streamOptions: { url } }))
    },
  }
  let begun: { sessions?: SessionsDB; messages?: { readonly session: string; readonly db: MessagesDB } } = {}
  return {
    async begin(session) {
      const messages = session === undefined ? undefined : { session, db: make.messages(session) }
      begun = { sessions: make.sessions(), ...(messages && { messages }) }
      await Promise.allSettled([begun.sessions, messages?.db].map((db) => db?.preload()))
    },
    sessions() {
      const { sessions = make.sessions(), ...rest } = begun
      begun = rest
      return sessions
    },
    messages(session) {
      const { messages, ...rest } = begun
      begun = rest
      if (messages?.session === session) return messages.db
      messages?.db.close().catch(surface)
      return make.messages(session)
    },
    hold: (url) => held.hold(absolute(url), MAKE),
    async append(url, ...writes) {
      const release = held.hold(absolute(url), MAKE)
      const handle = client.stream(absolute(url))
      try {
        for (const items of writes) await handle.append(items)
      } finally {
        release()
        await handle.close()
      }
    },
    async retry(url) {
      const release = held.hold(absolute(url), MAKE)
      const handle = client.stream(absolute(url))
      try {
        // Asked for one that there is not, it answers when the outbox has been read.
        await handle.discard('')
        const stuck = handle.outbox.get().filter(({ state }) => state === 'rejected' || state === 'uncertain')
        for (const { txid } of stuck) await handle.retry(txid)
      } finally {
        release()
        await handle.close()
      }
    },
    async free(url) {
      const handle = client.stream(absolute(url))
      await emptied(handle).finally(() => handle.close())
      const { ok, status } = await wire.fetch(absolute(url), { method: 'DELETE' })
      // Whoever may not delete it leaves it where it is.
      if (!ok && (status >= 500 || status === 408 || status === 429)) throw new Error(`DELETE: ${status}`)
    },
    open: (url) => client.stream(absolute(url)),
    unsent: held.unsent,
    resume: held.resume,
    issues: (url) => issues.get(absolute(url))?.toArray ?? [],
    wire,
  }
}

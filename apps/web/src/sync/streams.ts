import { attachmentPath, sessionPath, sessionsPath } from '@strandline/chat'
import type { Client, Readable, StateItem, StreamHandle } from '@strandline/client'
import { createStreamDB, type Issue, type StreamDB } from '@strandline/state'
import { messagesFolds, messagesSchema, sessionsFolds, sessionsSchema } from '../schema.ts'
import { holdStreams } from './unsent.ts'
import type { Wire } from './wire.ts'

export type SessionsDB = StreamDB<typeof sessionsSchema>
export type MessagesDB = StreamDB<typeof messagesSchema>

/** The databases of the chat, all on one client. */
export interface Streams {
  sessions(): SessionsDB
  messages(session: string): MessagesDB
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
  /** Removes what is saved for a stream and not sent yet. */
  drop(url: string): Promise<void>
  /** A handle to read from; its owner closes it. */
  open(url: string): StreamHandle
  /** How many writes each stream still has to send, of those that are held or followed. */
  readonly unsent: Readable<ReadonlyMap<string, number>>
  /** Sends what an earlier page could not. */
  resume(): void
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
  return {
    sessions() {
      const url = absolute(sessionsUrl)
      const options = { client, state: sessionsSchema, folds: sessionsFolds, streamOptions: { url } }
      return opened(url, createStreamDB(options))
    },
    messages(session) {
      const url = absolute(messagesUrl(session))
      const options = { client, state: messagesSchema, folds: messagesFolds, streamOptions: { url } }
      return opened(url, createStreamDB(options))
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
    async drop(url) {
      const handle = client.stream(absolute(url))
      await new Promise<void>((resolve) => {
        handle.observe(({ replayed }) => {
          if (replayed) resolve()
        })
      })
      for (const { txid } of handle.outbox.get()) await handle.discard(txid)
      await handle.close()
    },
    open: (url) => client.stream(absolute(url)),
    unsent: held.unsent,
    resume: held.resume,
    issues: (url) => issues.get(absolute(url))?.toArray ?? [],
    wire,
  }
}

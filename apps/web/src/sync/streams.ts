import type { Client } from '@strandline/client'
import { createStreamDB, type StreamDB } from '@strandline/state'
import { messagesFolds, messagesSchema, sessionsFolds, sessionsSchema } from '../schema.ts'
import { holdStreams } from './unsent.ts'

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
  /** Sends what an earlier page could not. */
  resume(): void
}

export const sessionsUrl = '/v1/stream/sessions'

export function messagesUrl(session: string): string {
  return `/v1/stream/session/${encodeURIComponent(session)}`
}

export function openStreams(client: Client, base: string): Streams {
  const absolute = (path: string) => new URL(path, base).href
  const held = holdStreams(client)
  return {
    sessions: () =>
      createStreamDB({
        client,
        state: sessionsSchema,
        folds: sessionsFolds,
        streamOptions: { url: absolute(sessionsUrl) },
      }),
    messages: (session) =>
      createStreamDB({
        client,
        state: messagesSchema,
        folds: messagesFolds,
        streamOptions: { url: absolute(messagesUrl(session)) },
      }),
    hold: (url) => held.hold(absolute(url), { create: 'on-open' }),
    resume: held.resume,
  }
}

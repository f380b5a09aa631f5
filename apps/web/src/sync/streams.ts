import type { Client, StreamHandle } from '@strandline/client'
import { createStreamDB, type StreamDB } from '@strandline/state'
import { messagesSchema, sessionsSchema } from '../schema.ts'

export type SessionsDB = StreamDB<typeof sessionsSchema>
export type MessagesDB = StreamDB<typeof messagesSchema>

/** The databases of the chat, all on one client. */
export interface Streams {
  sessions(): SessionsDB
  messages(session: string): MessagesDB
  /** Sees to it that the stream exists on the relay for as long as it is held, so that others' first words arrive. */
  hold(url: string): () => void
  /** Asks the relay again, now. */
  retry(url: string): void
}

export const sessionsUrl = '/v1/stream/sessions'

export function messagesUrl(session: string): string {
  return `/v1/stream/session/${encodeURIComponent(session)}`
}

export function openStreams(client: Client, base: string): Streams {
  const absolute = (path: string) => new URL(path, base).href
  const release = (handle: StreamHandle) => {
    handle.close().catch(() => undefined)
  }
  return {
    sessions: () =>
      createStreamDB({ client, state: sessionsSchema, streamOptions: { url: absolute(sessionsUrl) } }),
    messages: (session) =>
      createStreamDB({
        client,
        state: messagesSchema,
        streamOptions: { url: absolute(messagesUrl(session)) },
      }),
    hold(url) {
      const handle = client.stream(absolute(url), { create: 'on-open' })
      return () => release(handle)
    },
    retry(url) {
      const handle = client.stream(absolute(url))
      handle
        .retry()
        .catch(() => undefined)
        .finally(() => release(handle))
    },
  }
}

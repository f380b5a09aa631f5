import { type Attachment, type Paths, receiveAttachment } from '@strandline/chat'
import {
  STREAM_CLOSED_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from '@strandline/client/protocol'
import { type Clock, pause } from './clock.ts'
import { EngineError } from './engine/engine.ts'

/** Bytes of one attachment. */
const LARGEST = 32 * 1024 * 1024
/** Between two looks at a file that is not there yet, or a relay that does not answer (ms). */
const AGAIN = 1_000

export interface AttachmentReaderOptions {
  /** The relay's address. */
  readonly base: string
  readonly paths: Pick<Paths, 'attachment'>
  readonly headers: () => Promise<Record<string, string>>
  readonly fetch: typeof fetch
  readonly clock: Clock
  /** How long a file may come no further before its run fails (ms): its sender may have left. */
  readonly patienceMs: number
}

/**
 * The bytes of an attachment, put together from the pieces of its stream. A message may be here long before its
 * files: a stream that does not exist yet is looked for again, and one that is still written is waited for.
 * Rejects with an `EngineError`, or as `signal` was aborted.
 */
export type ReadAttachment = (session: string, attachment: Attachment, signal: AbortSignal) => Promise<Buffer>

export function attachmentReader(options: AttachmentReaderOptions): ReadAttachment {
  const { base, paths, headers, fetch, clock, patienceMs } = options

  /** Undefined: there is nothing to read, and may be in a moment. */
  const ask = async (url: URL, name: string, signal: AbortSignal): Promise<Response | undefined> => {
    const response = await fetch(url, { headers: await headers(), signal }).catch(() => undefined)
    signal.throwIfAborted()
    if (response?.ok) return response
    await response?.body?.cancel()
    if (response && !isForNow(response.status))
      throw new EngineError('attachment', `"${name}" cannot be read (${response.status})`)
    return undefined
  }

  return async (session, { id, name, size }, signal) => {
    if (size > LARGEST) throw new EngineError('attachment', `"${name}" is larger than 32 MiB`)
    const receive = receiveAttachment(size)
    let from = '-1'
    let live = false
    let share = 0
    let moved = clock.now()
    for (;;) {
      const url = new URL(paths.attachment(session, id), base)
      url.searchParams.set('offset', from)
      if (live) url.searchParams.set('live', 'long-poll')
      const response = await ask(url, name, signal)
      if (response) {
        const received = receive(itemsOf(await response.text()))
        if (received.state === 'whole') return Buffer.from(received.bytes)
        if (received.share > share) moved = clock.now()
        share = received.share
        from = response.headers.get(STREAM_OFFSET_HEADER) ?? from
        live = response.headers.has(STREAM_UP_TO_DATE_HEADER) || response.status === 204
        if (live && response.headers.has(STREAM_CLOSED_HEADER))
          throw new EngineError('attachment', `"${name}" was cut off`)
      }
      if (clock.now() - moved >= patienceMs)
        throw new EngineError(
          'attachment',
          `"${name}" has not arrived${share > 0 ? ` beyond ${Math.floor(share * 100)}%` : ''}`,
          'Its sender may be offline. Try again when it is here.',
        )
      if (!response) await pause(clock, AGAIN, signal)
      signal.throwIfAborted()
    }
  }
}

/** Not made yet, or a relay in trouble. */
function isForNow(status: number): boolean {
  return [404, 408, 425, 429].includes(status) || status >= 500
}

/** The items of a page; a long-poll that heard nothing has none. */
function itemsOf(page: string): readonly unknown[] {
  const items: unknown = page === '' ? [] : JSON.parse(page)
  return Array.isArray(items) ? items : []
}

import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Attachment, type Paths, receiveAttachment } from '@strandline/chat'
import {
  STREAM_CLOSED_HEADER,
  STREAM_OFFSET_HEADER,
  STREAM_UP_TO_DATE_HEADER,
} from '@strandline/client/protocol'
import { EngineError } from './engine/engine.ts'

/** Bytes of one attachment. */
const LARGEST = 32 * 1024 * 1024

/** The files that prompts came with, on disk for as long as their run. */
export interface AttachmentStore {
  /** Writes a prompt's attachments to a folder of its run. Rejects with an `EngineError`, nothing left behind. */
  take(session: string, run: string, attachments: readonly Attachment[], signal: AbortSignal): Promise<Files>
  /** Removes what an earlier agent left behind. */
  sweep(): Promise<void>
}

export interface Files {
  readonly files: readonly { readonly name: string; readonly mime: string; readonly path: string }[]
  dispose(): Promise<void>
}

export interface AttachmentOptions {
  /** The relay's address. */
  readonly base: string
  readonly paths: Pick<Paths, 'attachment'>
  readonly headers: () => Promise<Record<string, string>>
  readonly fetch: typeof fetch
  /** Its own: whatever is in it is removed by `sweep`. */
  readonly folder: string
}

export function attachmentStore({ base, paths, headers, fetch, folder }: AttachmentOptions): AttachmentStore {
  /** The bytes, put together from the pieces of their stream; waits for the rest of one that is still sent. */
  const read = async (
    session: string,
    { id, name, size }: Attachment,
    signal: AbortSignal,
  ): Promise<Buffer> => {
    if (size > LARGEST) throw new EngineError('attachment', `"${name}" is larger than 32 MiB`)
    const receive = receiveAttachment(size)
    let from = '-1'
    for (let live = false; ; ) {
      const url = new URL(paths.attachment(session, id), base)
      url.searchParams.set('offset', from)
      if (live) url.searchParams.set('live', 'long-poll')
      const response = await fetch(url, { headers: await headers(), signal })
      if (!response.ok) throw new EngineError('attachment', `"${name}" cannot be read (${response.status})`)
      const received = receive(itemsOf(await response.text()))
      if (received.state === 'whole') return Buffer.from(received.bytes)
      from = response.headers.get(STREAM_OFFSET_HEADER) ?? from
      live = response.headers.has(STREAM_UP_TO_DATE_HEADER) || response.status === 204
      if (live && response.headers.has(STREAM_CLOSED_HEADER))
        throw new EngineError('attachment', `"${name}" was cut off`)
    }
  }

  return {
    async take(session, run, attachments, signal) {
      if (attachments.length === 0) return { files: [], dispose: async () => undefined }
      const own = join(folder, createHash('sha256').update(`${session}\n${run}`).digest('hex').slice(0, 32))
      const dispose = () => rm(own, { recursive: true, force: true })
      try {
        await mkdir(own, { recursive: true })
        const files = await Promise.all(
          attachments.map(async (attachment, n) => {
            const path = join(own, `${n + 1}-${safeName(attachment.name)}`)
            await writeFile(path, await read(session, attachment, signal))
            return { name: attachment.name, mime: attachment.mime, path }
          }),
        )
        return { files, dispose }
      } catch (error) {
        await dispose()
        throw error instanceof EngineError ? error : new EngineError('attachment', messageOf(error))
      }
    },
    sweep: () => rm(folder, { recursive: true, force: true }),
  }
}

/** A person chose the name: it must not lead anywhere. */
function safeName(name: string): string {
  return (
    basename(name.replaceAll('\\', '/'))
      .replace(/[^\p{L}\p{N}._ -]/gu, '_')
      .slice(-80) || 'file'
  )
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** The items of a page; a long-poll that heard nothing has none. */
function itemsOf(page: string): readonly unknown[] {
  const items: unknown = page === '' ? [] : JSON.parse(page)
  return Array.isArray(items) ? items : []
}

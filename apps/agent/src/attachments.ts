import { createHash } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Attachment } from '@strandline/chat'
import type { ReadAttachment } from './attachment-reader.ts'
import { EngineError } from './engine/engine.ts'

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
  readonly read: ReadAttachment
  /** Its own: whatever is in it is removed by `sweep`. */
  readonly folder: string
}

export function attachmentStore({ read, folder }: AttachmentOptions): AttachmentStore {
  return {
    async take(session, run, attachments, signal) {
      if (attachments.length === 0) return { files: [], dispose: async () => undefined }
      const own = join(folder, createHash('sha256').update(`${session}\n${run}`).digest('hex').slice(0, 32))
      const dispose = () => rm(own, { recursive: true, force: true })
      const over = new AbortController()
      const either = AbortSignal.any([signal, over.signal])
      const taking = attachments.map(async (attachment, n) => {
        const path = join(own, `${n + 1}-${safeName(attachment.name)}`)
        const bytes = await read(session, attachment, either)
        await mkdir(own, { recursive: true })
        await writeFile(path, bytes)
        return { name: attachment.name, mime: attachment.mime, path }
      })
      try {
        return { files: await Promise.all(taking), dispose }
      } catch (error) {
        over.abort()
        await Promise.allSettled(taking)
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

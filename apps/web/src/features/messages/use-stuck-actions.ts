import type { Attachment, Message } from '@strandline/chat'
import { type RefObject, useMemo, useState } from 'react'
import { attachmentUrl, type MessagesDB, type Streams } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { readFile } from '../attachments/fetch-file.ts'
import { freeFiles } from '../attachments/free-files.ts'
import type { ComposerHandle } from '../composer/composer.tsx'
import { withRefused } from './pending.ts'
import type { PendingActions } from './pending-mark.tsx'

/** What can be done about a message that was refused. What came with it goes with it. */
export function useStuckActions(
  db: Pick<MessagesDB, 'retry' | 'discard' | 'collections' | 'pending'>,
  composer: RefObject<ComposerHandle | null>,
  session: string,
) {
  const streams = useStreams()
  const [problem, setProblem] = useState<string>()
  const actions = useMemo((): PendingActions => {
    const attempt = (work: Promise<unknown>) => {
      setProblem(undefined)
      work.catch((error: unknown) => {
        setProblem(`That did not work: ${error instanceof Error ? error.message : String(error)}`)
      })
    }
    const urlOf = ({ id }: Attachment) => attachmentUrl(session, id)

    const discard: PendingActions['discard'] = async ({ txid, state }, { attachments = [] }) => {
      await db.discard(txid)
      // One that is in doubt may be in the log, where others read it with its files.
      if (state !== 'rejected') return
      const others = withRefused(db.collections.messages.toArray, db.pending.toArray)
      const named = new Set(others.flatMap((other) => (other.attachments ?? []).map(({ id }) => id)))
      freeFiles(streams, attachments.filter(({ id }) => !named.has(id)).map(urlOf))
    }
    const retry: PendingActions['retry'] = async ({ txid }, { attachments = [] }) => {
      for (const attachment of attachments) await streams.retry(urlOf(attachment))
      await db.retry(txid)
    }
    const edit: PendingActions['edit'] = async (write, message) => {
      const files = await filesOf(streams, message, urlOf)
      composer.current?.take(message.text, files)
      await discard(write, message)
    }
    return {
      retry: async (write, message) => attempt(retry(write, message)),
      discard: async (write, message) => attempt(discard(write, message)),
      edit: async (write, message) => attempt(edit(write, message)),
    }
  }, [db, streams, composer, session])
  return { actions, problem }
}

/** The files that a message came with, as they were chosen. Rejects where one cannot be had. */
async function filesOf(
  streams: Pick<Streams, 'open'>,
  { attachments = [] }: Pick<Message, 'attachments'>,
  urlOf: (attachment: Attachment) => string,
): Promise<readonly File[]> {
  return Promise.all(
    attachments.map(async (attachment) => {
      const { name, mime, size } = attachment
      const bytes = await readFile(() => streams.open(urlOf(attachment)), size)
      if (!bytes) throw new Error(`${name} cannot be read on this device.`)
      return new File([bytes], name, { type: mime })
    }),
  )
}

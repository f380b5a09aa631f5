import type { Message } from '@strandline/chat'
import { type RefObject, useMemo, useState } from 'react'
import { attachmentUrl, type MessagesDB } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import type { ComposerHandle } from '../composer/composer.tsx'
import type { PendingActions } from './pending-mark.tsx'

/** What can be done about a message that was refused. What came with it goes with it. */
export function useStuckActions(
  db: Pick<MessagesDB, 'retry' | 'discard'>,
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
    const discard = async (txid: string, { attachments = [] }: Pick<Message, 'attachments'>) => {
      await db.discard(txid)
      for (const { id } of attachments) await streams.drop(attachmentUrl(session, id))
    }
    return {
      retry: ({ txid }) => attempt(db.retry(txid)),
      discard: ({ txid }, message) => attempt(discard(txid, message)),
      edit({ txid }, message) {
        composer.current?.take(message.text)
        attempt(discard(txid, message))
      },
    }
  }, [db, streams, composer, session])
  return { actions, problem }
}

import { type RefObject, useMemo, useState } from 'react'
import type { MessagesDB } from '../../sync/streams.ts'
import type { ComposerHandle } from '../composer/composer.tsx'
import type { PendingActions } from './pending-mark.tsx'

/** What can be done about a message that was refused. */
export function useStuckActions(
  db: Pick<MessagesDB, 'retry' | 'discard'>,
  composer: RefObject<ComposerHandle | null>,
) {
  const [problem, setProblem] = useState<string>()
  const actions = useMemo((): PendingActions => {
    const attempt = (work: Promise<unknown>) => {
      setProblem(undefined)
      work.catch((error: unknown) => {
        setProblem(`That did not work: ${error instanceof Error ? error.message : String(error)}`)
      })
    }
    return {
      retry: ({ txid }) => attempt(db.retry(txid)),
      discard: ({ txid }) => attempt(db.discard(txid)),
      edit({ txid }, { text }) {
        composer.current?.take(text)
        attempt(db.discard(txid))
      },
    }
  }, [db, composer])
  return { actions, problem }
}

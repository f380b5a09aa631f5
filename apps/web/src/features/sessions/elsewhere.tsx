import { displayName } from '@strandline/chat'
import { useEffect } from 'react'
import { sessionPath } from '../../routing/route.ts'
import type { SessionsDB } from '../../sync/streams.ts'
import { countUnread } from '../../ui/page-title.ts'
import { notify } from '../notify/notify.ts'

interface ElsewhereProps {
  readonly db: SessionsDB
  /** Tells of itself. */
  readonly current: string | undefined
  readonly me: string
}

/** Tells of what is said in the sessions that are not open here, as far as the list hears of it, live. */
export function Elsewhere({ db, current, me }: ElsewhereProps) {
  useEffect(() => {
    const subscription = db.collections.sessions.subscribeChanges((changes) => {
      if (db.status.get().state !== 'live') return
      for (const { type, value, previousValue } of changes) {
        const { id, title, lastAt = 0, lastBy, archived } = value
        const heard = type === 'update' && lastAt > (previousValue?.lastAt ?? 0) && lastBy !== me
        if (!heard || id === current || archived) continue
        countUnread(1)
        const body = lastBy === undefined ? 'New messages' : `${displayName(lastBy)} wrote`
        notify({ about: `session:${id}`, title, body, path: sessionPath(id) })
      }
    })
    return () => subscription.unsubscribe()
  }, [db, current, me])
  return null
}

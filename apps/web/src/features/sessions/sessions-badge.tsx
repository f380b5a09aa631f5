import { useStreamDB, useStreamStatus } from '@strandline/state/react'
import { ConnectionBadge } from '../status/connection-badge.tsx'

/** The connection of the list of sessions, shown where no session's own is. */
export function SessionsBadge() {
  const db = useStreamDB()
  return <ConnectionBadge status={useStreamStatus(db)} retry={() => db.retry()} />
}

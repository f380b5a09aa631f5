import type { StreamStatus } from '@strandline/client'
import { sessionsUrl } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { ConnectionBadge } from '../status/connection-badge.tsx'

/** The connection of the list of sessions, shown where no session's own is. */
export function SessionsBadge({ status }: { readonly status: StreamStatus }) {
  const streams = useStreams()
  return <ConnectionBadge status={status} retry={() => streams.retry(sessionsUrl)} />
}

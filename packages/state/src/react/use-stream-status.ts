import type { StreamStatus } from '@strandline/client'
import { useSyncExternalStore } from 'react'
import { UNOPENED } from '../opening.ts'
import type { StreamDBMethods } from '../options.ts'

/** Where the stream stands; renders again only when that changes. */
export function useStreamStatus(db: Pick<StreamDBMethods, 'status'>): StreamStatus {
  const { subscribe, get } = db.status
  return useSyncExternalStore(subscribe, get, unopened)
}

function unopened(): StreamStatus {
  return UNOPENED
}

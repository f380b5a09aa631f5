import type { StreamStatus } from '@strandline/client'
import { useSyncExternalStore } from 'react'
import type { StreamDBMethods } from '../options.ts'

/** Where the stream stands; renders again only when that changes. */
export function useStreamStatus(db: Pick<StreamDBMethods, 'status'>): StreamStatus {
  const { subscribe, get } = db.status
  return useSyncExternalStore(subscribe, get, get)
}

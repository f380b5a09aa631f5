import type { PendingWrite } from '@strandline/client'
import { useMemo, useSyncExternalStore } from 'react'
import type { StreamDBMethods } from '../options.ts'

/** The writes that are not in everyone's log yet, in the order they will be sent. */
export function usePendingWrites(db: Pick<StreamDBMethods, 'pending'>): readonly PendingWrite[] {
  const { pending } = db
  const store = useMemo(() => snapshots(pending), [pending])
  return useSyncExternalStore(store.subscribe, store.get, none)
}

const NONE: readonly PendingWrite[] = []

/** What a server says, and so what is hydrated. */
function none(): readonly PendingWrite[] {
  return NONE
}

/** The rows as one array, which stays the same one until a row changes. */
function snapshots(pending: StreamDBMethods['pending']) {
  let last = NONE
  return {
    get(): readonly PendingWrite[] {
      const next = pending.toArray
      const same = next.length === last.length && next.every((write, index) => write === last[index])
      if (!same) last = next
      return last
    },
    subscribe(onChange: () => void): () => void {
      const subscription = pending.subscribeChanges(onChange)
      return () => subscription.unsubscribe()
    },
  }
}

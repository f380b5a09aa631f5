import type { Collection } from '@tanstack/db'
import { useMemo, useSyncExternalStore } from 'react'

type Rows<T extends object> = Pick<Collection<T, string>, 'toArray' | 'subscribeChanges'>

/** Every row of a collection in its own order, which is that of arrival; the same array until a row changes. */
export function useRows<T extends object>(collection: Rows<T>): readonly T[] {
  const store = useMemo(() => snapshots(collection), [collection])
  return useSyncExternalStore(store.subscribe, store.get, store.get)
}

function snapshots<T extends object>(collection: Rows<T>) {
  let rows: readonly T[] = collection.toArray
  const refresh = () => {
    const fresh: readonly T[] = collection.toArray
    const same = fresh.length === rows.length && fresh.every((row, index) => row === rows[index])
    if (!same) rows = fresh
  }
  return {
    get: () => rows,
    subscribe(onChange: () => void) {
      refresh()
      const subscription = collection.subscribeChanges(() => {
        refresh()
        onChange()
      })
      return () => subscription.unsubscribe()
    },
  }
}

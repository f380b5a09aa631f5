import { type JSX, type ReactNode, useEffect, useState, useSyncExternalStore } from 'react'
import type { StreamDBMethods } from '../options.ts'
import { StreamDBContext } from './context.ts'
import { retain } from './retain.ts'

export interface StreamDBProviderProps {
  /** A database of the app's own: it is started, and closing it stays with the app. */
  readonly db?: StreamDBMethods
  /**
   * Makes the database; it must do nothing else. It is closed one second after the provider is gone, so that a
   * remount costs nothing.
   */
  readonly create?: () => StreamDBMethods
  /** Another `id` means another database from `create`: the name of the room, of the session. */
  readonly id?: string
  /** Shown until what is on this device can be read. Default: nothing. */
  readonly fallback?: ReactNode
  readonly children?: ReactNode
}

/** Gives a database to everything below, from the moment its rows can be read. */
export function StreamDBProvider(props: StreamDBProviderProps): JSX.Element {
  const { create, id, fallback = null, children } = props
  const [made, setMade] = useState(() => ({ id, db: create?.() }))
  if (create && made.id !== id) setMade({ id, db: create() })
  const db = props.db ?? made.db
  if (!db) throw new Error('<StreamDBProvider> needs a db, or create')

  const owned = props.db === undefined
  useEffect(() => {
    if (!owned) return start(db)
    return retain(db, () => setMade({ id, db: create?.() }))
  }, [db, owned, id, create])

  const { pending } = db
  const ready = useSyncExternalStore(
    (onChange) => pending.on('status:change', onChange),
    () => pending.isReady(),
    () => false,
  )
  return <StreamDBContext.Provider value={db}>{ready ? children : fallback}</StreamDBContext.Provider>
}

function start(db: Pick<StreamDBMethods, 'preload'>): void {
  db.preload().catch(() => undefined)
}

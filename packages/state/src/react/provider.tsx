import {
  type JSX,
  type ReactNode,
  useCallback,
  useEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import type { StreamDBMethods } from '../options.ts'
import { StreamDBContext } from './context.ts'
import { retain } from './retain.ts'

/** Either `db` or `create`. */
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
  /**
   * `newest`: the children are shown as soon as the last rows on this device are, and all other rows come while they
   * are: a list of the latest has what it shows long before. Default: they are shown when all rows are there.
   */
  readonly until?: 'newest'
  /** May read the database: `useStreamDB` is for them. */
  readonly children?: ReactNode
}

/** Gives a database to everything below, from the moment its rows can be read, or with `until` its newest rows. */
export function StreamDBProvider(props: StreamDBProviderProps): JSX.Element {
  const { fallback = null, children } = props
  const db = useDatabase(props)
  const { pending } = db
  const subscribe = useCallback((onChange: () => void) => pending.on('status:change', onChange), [pending])
  const isReady = useCallback(() => pending.isReady(), [pending])
  const ready = useSyncExternalStore(subscribe, isReady, notReady)
  const shown = useNewest(db, props.until) || ready
  return <StreamDBContext.Provider value={db}>{shown ? children : fallback}</StreamDBContext.Provider>
}

/** Whether the newest rows are shown, where they are asked for. */
function useNewest(db: StreamDBMethods, until: StreamDBProviderProps['until']): boolean {
  const [shown, setShown] = useState<StreamDBMethods>()
  useEffect(() => {
    if (!until) return
    db.preload({ until }).then(
      () => setShown(db),
      () => undefined,
    )
  }, [db, until])
  return until !== undefined && shown === db
}

/** The app's own database, or one made here: made in a render, as that does nothing; started in an effect. */
function useDatabase({ db: given, create, id }: StreamDBProviderProps): StreamDBMethods {
  const [held, setMade] = useState(() => ({ id, db: given ? undefined : create?.() }))
  const latest = useRef({ create, id })
  useEffect(() => {
    latest.current = { create, id }
  })
  let made = held
  if (!given && create && !(made.db && made.id === id)) {
    made = { id, db: create() }
    setMade(made)
  }
  const db = given ?? made.db
  if (!db) throw new Error('<StreamDBProvider> needs a db, or create')

  useEffect(() => {
    if (given) return start(given)
    return retain(db, () => setMade({ id: latest.current.id, db: latest.current.create?.() }))
  }, [db, given])
  return db
}

function start(db: Pick<StreamDBMethods, 'preload'>): void {
  db.preload().catch(() => undefined)
}

/** A server has no device to read from. */
function notReady(): boolean {
  return false
}

import { DurableStore } from './durable.ts'
import { JournaledTables } from './journaled-tables.ts'
import type { Store } from './store.ts'
import { Watchers } from './watchers.ts'

/** Where the store keeps its bytes, and how. */
export interface LmdbStoreOptions {
  /** The folder of the database; made when it is not there. */
  readonly path: string
}

/** A store that is opened in the background: what is asked of it meanwhile waits. */
export interface LmdbStore extends Store {
  /** Rejects when it cannot be opened; then so does all that is asked of it. */
  readonly opened: Promise<void>
}

/** A durable store in one folder, for one process. Everything in it is answered after it is flushed. */
export function lmdbStore({ path }: LmdbStoreOptions): LmdbStore {
  const watchers = new Watchers()
  let store: DurableStore | undefined
  const opening = JournaledTables.open(path, () => store?.tend()).then((tables) => {
    store = new DurableStore(tables, watchers)
    return store
  })
  const opened = opening.then(() => {})
  opened.catch(() => {})
  const whenOpen = <T>(use: (store: DurableStore) => Promise<T>): Promise<T> =>
    store ? use(store) : opening.then(use)
  return {
    opened,
    head: (path) => whenOpen((store) => store.head(path)),
    commit: (scope, decide) => whenOpen((store) => store.commit(scope, decide)),
    read: (state, from, budget) => whenOpen((store) => store.read(state, from, budget)),
    touch: (path, state, now) => store?.touch(path, state, now),
    watch: (path, wake) => watchers.add(path, wake),
    sweep: (now) => whenOpen((store) => store.sweep(now)),
    stats: () => store?.stats() ?? { streams: 0, producers: 0 },
    close: () =>
      opening.then(
        (store) => store.close(),
        () => {},
      ),
  }
}

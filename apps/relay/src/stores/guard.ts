import { deny } from '../refusal.ts'
import type { Store } from './store.ts'

export type Doing = 'head' | 'commit' | 'read'

/** A store whose failures are reported and become refusals: nothing was stored, try again. */
export function guard(store: Store, report: (doing: Doing, error: unknown) => void): Store {
  const refusing = <T>(doing: Doing, work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      report(doing, error)
      return deny('unavailable', 'the store failed; nothing was stored', { 'Retry-After': '1' })
    })
  return {
    head: (path) => refusing('head', store.head(path)),
    commit: (scope, decide) => refusing('commit', store.commit(scope, decide)),
    read: (state, from, budget) => refusing('read', store.read(state, from, budget)),
    touch: (path, state, now) => store.touch(path, state, now),
    watch: (path, wake) => store.watch(path, wake),
    sweep: (now) => store.sweep(now),
    stats: () => store.stats(),
    close: () => store.close(),
  }
}

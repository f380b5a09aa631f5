import type { Store } from '../index.ts'
import { memoryStore } from '../stores/memory.ts'

/** A memory store that counts what is read of it, and whose commits or reads fail when told to. */
export interface WatchedStore {
  readonly store: Store
  reads: number
  failing: 'commit' | 'read' | undefined
}

export function watchedStore(): WatchedStore {
  const inner = memoryStore()
  const watched: WatchedStore = {
    reads: 0,
    failing: undefined,
    store: {
      head: (path) => inner.head(path),
      commit: (scope, decide) =>
        watched.failing === 'commit' ? Promise.reject(new Error('disk full')) : inner.commit(scope, decide),
      read: (state, from, budget) => {
        watched.reads++
        return watched.failing === 'read' ? Promise.reject(new Error('io')) : inner.read(state, from, budget)
      },
      touch: (path, state, now) => inner.touch(path, state, now),
      watch: (path, wake) => inner.watch(path, wake),
      sweep: (now) => inner.sweep(now),
      stats: () => inner.stats(),
      close: () => inner.close(),
    },
  }
  return watched
}

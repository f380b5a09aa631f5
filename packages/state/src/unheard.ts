import type { Collection } from '@tanstack/db'

/**
 * Whether nobody listens to a collection, so that nobody has to be told. `subscriberCount` does not count queries that
 * nobody has asked for anything yet: this looks where TanStack keeps them all. A TanStack that keeps them elsewhere is
 * taken for one where somebody listens.
 */
export function isUnheard<T extends object>(collection: Collection<T, string>): boolean {
  return collection._state?.changes?.changeSubscriptions?.size === 0
}

/**
 * Runs `commit` without telling anyone, where TanStack can. It copies each row for its listeners also where it has
 * none, and keeps the copy, which costs as much as the rest of the commit.
 */
export function untold<T extends object>(collection: Collection<T, string>, commit: () => void): void {
  const telling = collection._deferPublication?.()
  try {
    commit()
  } finally {
    telling?.discard()
  }
}

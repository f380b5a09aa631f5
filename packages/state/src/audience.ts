import type { Collection } from '@tanstack/db'
import { isObject } from './is-object.ts'

/** Who listens to a collection. */
export type Audience =
  | 'nobody'
  /** Only queries for the first rows of an order, which can be asked to look for rows that are new (`isReader`). */
  | 'readers'
  | 'anyone'

/**
 * `subscriberCount` does not count queries that nobody has asked for anything yet: this looks where TanStack keeps them
 * all. A TanStack that keeps them elsewhere is taken for one where anyone listens.
 */
export function audienceOf<T extends object>(collection: Collection<T, string>): Audience {
  const listeners: ReadonlySet<object> | undefined = collection._state?.changes?.changeSubscriptions
  if (!listeners) return 'anyone'
  if (listeners.size === 0) return 'nobody'
  return [...listeners].every(isReader) ? 'readers' : 'anyone'
}

interface Asked {
  readonly limit?: number
  readonly where?: unknown
}

/** It follows an index, and never asked for all rows that it may show: those are sent to it, and it looks for none. */
function isReader(listener: {
  readonly orderByIndex?: unknown
  readonly options?: { readonly whereExpression?: unknown }
}): boolean {
  // TanStack's own name for the list of what it asked for is not kept in what is published.
  const asked = Object.values(listener)
    .flat()
    .flatMap((part) =>
      isObject(part) && isObject(part.requestOptions) ? [part.requestOptions as Asked] : [],
    )
  const own = listener.options?.whereExpression
  const isPart = ({ limit, where }: Asked) => Boolean(limit) || where !== own
  return Boolean(listener.orderByIndex) && asked.length > 0 && asked.every(isPart)
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

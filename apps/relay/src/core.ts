import type { Authorize, Grant, Verb } from './auth.ts'
import type { TailNews } from './channel.ts'
import type { Limits } from './limits.ts'
import { deny } from './refusal.ts'
import type { Doing } from './stores/guard.ts'
import type { Store } from './stores/store.ts'
import type { Waiters } from './waiters.ts'

/** Something that a person would act on. `error` is for the log alone, never for an answer. */
export type RelayNews =
  | TailNews
  | { readonly event: 'store-failed'; readonly doing: Doing | 'sweep' }
  | { readonly event: 'fault' }

/** What the routes work with. */
export interface Core {
  readonly store: Store
  readonly limits: Limits
  readonly waiters: Waiters
  readonly authorize: Authorize | undefined
  readonly now: () => number
  readonly random: () => number
  readonly report: (news: RelayNews, error?: unknown) => void
}

/** One request to a stream. */
export interface Call {
  readonly path: string
  readonly request: Request
  /** What follows the question mark. */
  readonly search: string
}

/** Throws the refusal unless the credentials allow `verb`; otherwise when that ends (ms), if it does. */
export async function permit(
  { authorize }: Core,
  { path, request }: Pick<Call, 'path' | 'request'>,
  verb: Verb,
): Promise<number | undefined> {
  if (!authorize) return undefined
  const grant: Grant = await authorize({ path, verb, request })
  if (grant.ok) return grant.until
  return deny(
    grant.code,
    grant.message,
    grant.code === 'unauthorized' ? { 'WWW-Authenticate': 'Bearer' } : undefined,
  )
}

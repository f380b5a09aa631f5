import type { Access, Authorize, Grant, Verb } from './auth.ts'
import type { TailNews } from './channel.ts'
import type { Exchange } from './exchange.ts'
import type { Limits } from './limits.ts'
import { deny } from './refusal.ts'
import type { Doing } from './stores/guard.ts'
import type { Store } from './stores/store.ts'
import type { Waiters } from './waiters.ts'

/** Something that a person would act on. `error` is for the log alone, never for an answer. */
export type RelayNews =
  | TailNews
  | { readonly event: 'store-failed'; readonly doing: Doing | 'sweep' }
  | { readonly event: 'authorize-failed' }
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
  readonly exchange: Exchange
}

/** Throws the refusal unless the credentials allow `verb`; otherwise when that ends (ms), if it does. */
export async function permit(core: Core, call: Call, verb: Verb): Promise<number | undefined> {
  const { authorize, report } = core
  if (!authorize) return undefined
  const grant = await judge(authorize, accessOf(call, verb)).catch((error: unknown) => {
    report({ event: 'authorize-failed' }, error)
    return deny('authorize-failed', 'credentials cannot be checked now', { 'Retry-After': '1' })
  })
  if (grant.ok) return grant.until
  return deny(
    grant.code,
    grant.message,
    grant.code === 'unauthorized' ? { 'WWW-Authenticate': 'Bearer' } : undefined,
  )
}

async function judge(authorize: Authorize, access: Access): Promise<Grant> {
  return authorize(access)
}

function accessOf({ path, exchange }: Call, verb: Verb): Access {
  return {
    path,
    verb,
    headers: exchange.headers,
    get request() {
      return exchange.request
    },
  }
}

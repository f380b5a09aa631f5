import type { HeadersRecord } from '@durable-streams/client'
import { type Client, createClient } from '@strandline/client'
import type { CreateStreamDBOptions } from './options.ts'
import { withFresh } from './params.ts'

/** A client for as long as a database needs it. */
export interface Lease {
  client(): Client
  /** `keep`: what the client holds is nowhere else (memory storage), so it lives on for the next database. */
  release(keep: boolean): Promise<void>
}

/** The app's own client; else one of this database alone where it has headers or a `fetch`; else the shared one. */
export function leaseOf(
  { client, streamOptions }: Pick<CreateStreamDBOptions, 'client' | 'streamOptions'>,
  url: string,
): Lease {
  if (client) return { client: () => client, release: async () => undefined }
  const { headers, params } = streamOptions ?? {}
  const fetch = withFresh(streamOptions?.fetch, params)
  return headers || fetch ? leaseOwn(url, { headers, fetch }) : leaseShared()
}

interface OwnOptions {
  readonly headers: HeadersRecord | undefined
  readonly fetch: typeof globalThis.fetch | undefined
}

interface Own {
  readonly client: Client
  /** What its requests are made with from now on. */
  use(options: OwnOptions): void
}

/** Clients that nobody uses, of hosts where there is no disk: by URL, for the next database of the stream. */
const kept = new Map<string, Own>()

function leaseOwn(url: string, options: OwnOptions): Lease {
  let own: Own | undefined
  return {
    client() {
      if (own) return own.client
      own = kept.get(url) ?? createOwn()
      kept.delete(url)
      own.use(options)
      return own.client
    },
    async release(keep) {
      if (!own) return
      const unused = keep ? kept.get(url) : own
      if (keep) kept.set(url, own)
      await unused?.client.close()
    },
  }
}

function createOwn(): Own {
  const headers: HeadersRecord = {}
  let send: typeof globalThis.fetch | undefined
  return {
    client: createClient({ headers, fetch: (...request) => (send ?? globalThis.fetch)(...request) }),
    use(options) {
      for (const name of Object.keys(headers)) delete headers[name]
      Object.assign(headers, options.headers)
      send = options.fetch
    },
  }
}

let shared: { readonly client: Client; users: number } | undefined

/** Made with the first user, closed with the last. */
function leaseShared(): Lease {
  let held: typeof shared
  return {
    client() {
      if (held) return held.client
      held = shared ?? { client: createClient(), users: 0 }
      held.users += 1
      shared = held
      return held.client
    },
    async release(keep) {
      const lease = held
      held = undefined
      if (!lease) return
      lease.users -= 1
      if (lease.users > 0 || keep) return
      if (shared === lease) shared = undefined
      await lease.client.close()
    },
  }
}

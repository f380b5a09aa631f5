import { type Client, createClient } from '@strandline/client'
import type { CreateStreamDBOptions } from './options.ts'
import { withFresh } from './params.ts'

/** A client for as long as a database needs it. */
export interface Lease {
  client(): Client
  /** `keep`: what a shared client holds is nowhere else (memory storage), so it lives on. */
  release(keep: boolean): Promise<void>
}

/** The app's own client; else one of this database alone where it has headers or a `fetch`; else the shared one. */
export function leaseOf({
  client,
  streamOptions,
}: Pick<CreateStreamDBOptions, 'client' | 'streamOptions'>): Lease {
  if (client) return { client: () => client, release: async () => undefined }
  const { headers, params } = streamOptions ?? {}
  const fetch = withFresh(streamOptions?.fetch, params)
  return headers || fetch ? leaseOwn({ ...(headers && { headers }), ...(fetch && { fetch }) }) : leaseShared()
}

function leaseOwn(options: Parameters<typeof createClient>[0]): Lease {
  let own: Client | undefined
  return {
    client() {
      own ??= createClient(options)
      return own
    },
    release: async () => own?.close(),
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

import type { Client, PendingWrite, StateItem } from '@strandline/client'

/** A status as it crosses from a page: an error by its code. */
export interface WireStatus {
  readonly state: string
  readonly leader: boolean
  readonly synced: boolean
  readonly pending: number
  readonly reason?: string
  readonly transport?: string
  readonly error?: string
}

/** A write that waits, as it crosses from a page. */
export interface Waiting {
  readonly txid: string
  readonly state: PendingWrite['state']
  readonly error?: string
  readonly status?: number
  readonly keys: readonly string[]
}

/** What a tab does for a scenario, in words that cross a process. */
export interface Actor {
  keys(): string[]
  status(): WireStatus
  outbox(): Waiting[]
  write(items: readonly StateItem[], txid?: string): Promise<string>
  retry(txid?: string): Promise<boolean>
  discard(txid: string): Promise<boolean>
  logOut(): Promise<Waiting[]>
  close(): Promise<void>
}

export function createActor(client: Client, url: string, types?: readonly string[]): Actor {
  const handle = client.stream(url)
  let keys: string[] = []
  handle.subscribe(({ items, reset }) => {
    if (reset) keys = []
    keys.push(...items.map((item) => (item as { key: string }).key))
  }, types && { types })
  return {
    keys: () => keys,
    status() {
      const status = handle.status.get()
      const { state, leader, synced, pending } = status
      return {
        state,
        leader,
        synced,
        pending,
        ...('reason' in status && { reason: status.reason }),
        ...('transport' in status && { transport: status.transport }),
        ...('error' in status && status.error && { error: status.error.code }),
      }
    },
    outbox: () => handle.outbox.get().map(waiting),
    async write(items, txid) {
      const saved = await handle.append(items, txid === undefined ? {} : { txid })
      return saved.txid
    },
    retry: (txid) => handle.retry(txid),
    discard: (txid) => handle.discard(txid),
    async logOut() {
      const { unsent } = await client.destroy()
      return unsent.map(waiting)
    },
    close: () => client.close(),
  }
}

function waiting({ txid, state, error, keys }: PendingWrite): Waiting {
  return {
    txid,
    state,
    keys: keys.map(({ key }) => key),
    ...(error && { error: error.code }),
    ...(error?.status !== undefined && { status: error.status }),
  }
}

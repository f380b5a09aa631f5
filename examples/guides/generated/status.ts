import type { StreamStatus } from '@strandline/state'
export async function run({ relay, expect, thrown }) {


function words(status: StreamStatus): string {
  switch (status.state) {
    case 'loading':
      return 'Loading'
    case 'catching-up':
      return `Catching up, ${status.items}`
    case 'live':
      return 'Live'
    case 'waiting':
      if (status.reason === 'offline') return 'Offline'
      if (status.reason === 'hidden') return 'Asleep'
      return `Reconnecting in ${Math.max(0, Math.ceil((status.retryAt - Date.now()) / 1000))} s`
    case 'unauthorized':
      return 'Signed out'
    case 'gone':
      return 'Gone'
    case 'closed':
      return 'Closed'
    case 'halted':
      return status.error.message
  }
}

const base = { storage: 'indexeddb', leader: true, synced: true, pending: 0 } as const
await expect.poll(() => (words({ state: 'catching-up', items: 1200, ...base })), { timeout: 5_000, interval: 5 }).toEqual('Catching up, 1200')
await expect.poll(() => (words({ state: 'waiting', reason: 'offline', attempt: 1, retryAt: 0, ...base })), { timeout: 5_000, interval: 5 }).toEqual('Offline')
await expect.poll(() => (words({ state: 'waiting', reason: 'backoff', attempt: 3, retryAt: Date.now() + 3500, ...base })), { timeout: 5_000, interval: 5 }).toEqual('Reconnecting in 4 s')
await expect.poll(() => (words({ state: 'live', transport: 'sse', ...base })), { timeout: 5_000, interval: 5 }).toEqual('Live')

}

import type { StreamStatus } from '@strandline/client'

/** What can be said of a session that is not in the list, by where the list stands. */
export function presenceOf(registry: StreamStatus): 'looking' | 'unreachable' | 'missing' {
  switch (registry.state) {
    case 'loading':
    case 'catching-up':
      return 'looking'
    case 'waiting':
    case 'unauthorized':
      return 'unreachable'
    case 'halted':
      return registry.error.code === 'not-found' ? 'missing' : 'unreachable'
    case 'live':
    case 'gone':
    case 'closed':
      return 'missing'
    default:
      return registry satisfies never
  }
}

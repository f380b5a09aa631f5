import { type StreamStatus, SyncError } from '@strandline/client'
import { expect, test } from 'vitest'
import { presenceOf } from './presence.ts'

const base = { storage: 'indexeddb', leader: true, synced: true, pending: 0 } as const

test.each<[StreamStatus, ReturnType<typeof presenceOf>]>([
  [{ ...base, state: 'loading' }, 'looking'],
  [{ ...base, state: 'catching-up', items: 3 }, 'looking'],
  [{ ...base, state: 'live', transport: 'sse' }, 'missing'],
  [{ ...base, state: 'waiting', reason: 'backoff', attempt: 1, retryAt: 0 }, 'unreachable'],
  [{ ...base, state: 'unauthorized' }, 'unreachable'],
  [{ ...base, state: 'halted', error: new SyncError('not-found', '') }, 'missing'],
  [{ ...base, state: 'halted', error: new SyncError('refused', '') }, 'unreachable'],
  [{ ...base, state: 'gone' }, 'missing'],
])('an unknown session while the list is %j (S0-4)', (registry, presence) => {
  expect(presenceOf(registry)).toBe(presence)
})

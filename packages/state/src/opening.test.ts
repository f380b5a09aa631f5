import { type StreamStatus, SyncError } from '@strandline/client'
import { expect, test } from 'vitest'
import { complete, opens } from './opening.ts'

const base = { storage: 'indexeddb', leader: true, synced: false, pending: 0 } as const
const error = new SyncError('refused', 'no')
const statuses: Record<StreamStatus['state'], StreamStatus> = {
  loading: { ...base, state: 'loading' },
  'catching-up': { ...base, state: 'catching-up', items: 0 },
  live: { ...base, state: 'live', transport: 'sse', synced: true },
  waiting: { ...base, state: 'waiting', reason: 'offline', attempt: 1, retryAt: 0 },
  unauthorized: { ...base, state: 'unauthorized' },
  gone: { ...base, state: 'gone', synced: true },
  closed: { ...base, state: 'closed', synced: true },
  halted: { ...base, state: 'halted', error },
}

const fresh: Record<StreamStatus['state'], [boolean, boolean | string]> = {
  loading: [false, false],
  'catching-up': [false, false],
  live: [true, true],
  waiting: [true, false],
  unauthorized: [true, 'unauthorized'],
  gone: [true, 'gone'],
  closed: [true, true],
  halted: [true, 'refused'],
}

test.each(Object.values(statuses))('a device that has nothing: $state', (status) => {
  const [open, whole] = fresh[status.state]
  expect(opens({ replayed: true, whole: true, enough: false, status })).toBe(open)
  const verdict = complete({ replayed: true, whole: true, enough: false, status })
  expect(verdict instanceof SyncError ? verdict.code : verdict).toBe(whole)
})

test.each(Object.values(statuses))('a device that has rows opens with them: $state', (status) => {
  expect(opens({ replayed: true, whole: true, enough: true, status })).toBe(true)
  expect(opens({ replayed: true, whole: true, enough: false, status: { ...status, synced: true } })).toBe(
    true,
  )
})

test.each(Object.values(statuses))('nothing opens before the local replay: $state', (status) => {
  expect(opens({ replayed: false, whole: true, enough: true, status })).toBe(false)
  expect(complete({ replayed: false, whole: true, enough: true, status })).toBe(false)
})

test.each(Object.values(statuses))('a device that lost what it had waits for it: $state', (status) => {
  for (const enough of [true, false])
    expect(opens({ replayed: true, whole: false, enough, status })).toBe(status.state === 'gone')
})

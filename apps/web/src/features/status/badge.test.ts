import { type StreamStatus, SyncError } from '@strandline/client'
import { expect, test } from 'vitest'
import { badgeOf } from './badge.ts'

const base = { storage: 'indexeddb', leader: true, synced: true, pending: 0 } as const
const NOW = 1_000_000

const waiting = (
  reason: 'offline' | 'hidden' | 'backoff',
  retryAt = NOW,
  error?: SyncError,
): StreamStatus => ({
  ...base,
  state: 'waiting',
  reason,
  attempt: 1,
  retryAt,
  ...(error && { error }),
})

test.each<[StreamStatus, string, string, boolean]>([
  [{ ...base, state: 'loading' }, 'Opening', 'busy', false],
  [{ ...base, state: 'catching-up', items: 0 }, 'Catching up', 'busy', false],
  [{ ...base, state: 'live', transport: 'sse' }, 'Live', 'ok', false],
  [waiting('offline'), 'Offline', 'waiting', true],
  [waiting('hidden'), 'Paused', 'waiting', true],
  [waiting('backoff', NOW, new SyncError('network', 'x')), 'Offline', 'waiting', true],
  [waiting('backoff', NOW, new SyncError('server', 'x')), 'Server trouble', 'waiting', true],
  [{ ...base, state: 'unauthorized' }, 'Signed out', 'bad', true],
  [{ ...base, state: 'gone' }, 'Deleted', 'bad', false],
  [{ ...base, state: 'closed' }, 'Closed', 'waiting', false],
  [{ ...base, state: 'halted', error: new SyncError('not-found', 'x') }, 'Ready', 'ok', false],
  [{ ...base, state: 'halted', error: new SyncError('refused', 'x') }, 'Stopped', 'bad', true],
])('%#', (status, label, tone, retry) => {
  expect(badgeOf(status, NOW)).toMatchObject({ label, tone, retry })
})

test('the items that were caught up are counted', () => {
  expect(badgeOf({ ...base, state: 'catching-up', items: 12 }, NOW).label).toContain('12')
})

test('the countdown runs only while a retry is waited for, and never below zero', () => {
  expect(badgeOf(waiting('backoff', NOW + 4200), NOW).countdown).toBe(5)
  expect(badgeOf(waiting('backoff', NOW - 1), NOW).countdown).toBe(0)
  expect(badgeOf(waiting('offline', NOW + 4200), NOW).countdown).toBeUndefined()
  expect(badgeOf({ ...base, state: 'live', transport: 'sse' }, NOW).countdown).toBeUndefined()
})

test('a halt says its reason', () => {
  const error = new SyncError('refused', 'the relay takes no such stream')
  expect(badgeOf({ ...base, state: 'halted', error }, NOW).hint).toBe(error.message)
})

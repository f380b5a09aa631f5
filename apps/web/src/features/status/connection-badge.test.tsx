import type { StreamStatus } from '@strandline/client'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ConnectionBadge } from './connection-badge.tsx'

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }))
afterEach(() => {
  cleanup()
  vi.useRealTimers()
})

const base = { storage: 'indexeddb', leader: true, synced: true, pending: 0 } as const
const backoff: StreamStatus = {
  ...base,
  pending: 2,
  state: 'waiting',
  reason: 'backoff',
  attempt: 3,
  retryAt: 1_005_000,
}

test('counts down to the next try, for the eye only', () => {
  render(<ConnectionBadge status={backoff} retry={vi.fn()} />)
  const badge = screen.getByTestId('connection-badge')
  expect(badge.dataset.state).toBe('waiting')
  expect(badge.textContent).toContain('retry in 5 s')
  const heard = screen.getByRole('status').textContent
  act(() => vi.advanceTimersByTime(2000))
  expect(badge.textContent).toContain('retry in 3 s')
  expect(screen.getByRole('status').textContent).toBe(heard)
})

test('no timer runs while nothing is counted', () => {
  render(<ConnectionBadge status={{ ...base, state: 'live', transport: 'sse' }} retry={vi.fn()} />)
  expect(vi.getTimerCount()).toBe(0)
})

test('says how much is not sent, and asks again on demand', () => {
  const retry = vi.fn(async () => true)
  render(<ConnectionBadge status={backoff} retry={retry} />)
  expect(screen.getByTestId('unsent').textContent).toBe('2 unsent')
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }))
  expect(retry).toHaveBeenCalledOnce()
})

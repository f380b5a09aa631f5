import { SyncError } from '@strandline/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { rejection } from './testing/harness.ts'
import { createTxids } from './txids.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('resolves all who wait, and at once what was seen', async () => {
  const txids = createTxids()
  const waiting = [txids.wait('a'), txids.wait('a', 100)]
  txids.add(['b', 'a'])
  await Promise.all([...waiting, txids.wait('a'), txids.wait('b')])
  expect(vi.getTimerCount()).toBe(0)
})

test('has no limit of its own', async () => {
  const txids = createTxids()
  const waiting = txids.wait('a')
  vi.advanceTimersByTime(60 * 60 * 1_000)
  txids.add(['a'])
  await waiting
})

test('a limit ends one wait only', async () => {
  const txids = createTxids()
  const patient = txids.wait('a')
  const hasty = rejection(txids.wait('a', 50))
  vi.advanceTimersByTime(50)
  expect(await hasty).toMatchObject({ code: 'timeout', message: expect.stringMatching(/timeout/i) })
  txids.add(['a'])
  await patient
})

test('the end rejects who waits, and who comes later', async () => {
  const txids = createTxids()
  const waiting = rejection(txids.wait('a', 1_000))
  const end = new SyncError('shut-down', 'closed')
  txids.end(end)
  expect(await waiting).toBe(end)
  expect(await rejection(txids.wait('b'))).toBe(end)
  expect(vi.getTimerCount()).toBe(0)
})

test('another life of the log has not seen what the last one had', async () => {
  const txids = createTxids()
  txids.add(['a'])
  txids.clear()
  const again = rejection(txids.wait('a', 1))
  vi.advanceTimersByTime(1)
  expect(await again).toMatchObject({ code: 'timeout' })
})

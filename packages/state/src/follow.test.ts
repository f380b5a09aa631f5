import { type Observer, type StreamHandle, type StreamStatus, writable } from '@strandline/client'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { follow } from './follow.ts'
import { batchOf, writeOf } from './testing/batches.ts'
import type { View } from './view.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const LIVE: StreamStatus = {
  state: 'live',
  transport: 'sse',
  storage: 'memory',
  leader: true,
  synced: true,
  pending: 0,
}

/** Handles whose news a test gives, and what a view is asked to do. */
function parts() {
  const handles: { say: Observer; closed: boolean; saved: () => void }[] = []
  const log: string[] = []
  const open = () => {
    const made = { say: (() => undefined) as Observer, closed: false, saved: () => {} }
    const saving = new Promise<void>((resolve) => {
      made.saved = resolve
    })
    handles.push(made)
    return {
      append: () => saving,
      status: writable<StreamStatus>(LIVE),
      observe: (observer: Observer) => {
        made.say = observer
      },
      close: async () => {
        made.closed = true
      },
    } as unknown as StreamHandle
  }
  const view = {
    apply: ({ batch }: Parameters<Observer>[0]) => log.push(batch?.reset ? 'reset' : 'apply'),
    show: () => log.push('show'),
    markReady: () => log.push('ready'),
    unsent: false,
    waiting: 0,
  } as unknown as View
  return { handles, log, open, view }
}

test('a log that is read again is shown in one step, however long it takes', async () => {
  const { handles, log, open, view } = parts()
  const following = follow({ open, view, live: false })
  following.handle()
  const outbox: never[] = []
  const replayed = { batch: null, outbox, replayed: true, whole: true }
  const part = (first: number) => ({ batch: batchOf(['x'], first), outbox, replayed: false, whole: true })
  handles[0]?.say(part(0))
  handles[0]?.say(replayed)
  expect(log).toEqual(['apply', 'apply', 'show', 'ready'])
  expect(handles[0]?.closed).toBe(true)
  expect(following.status.get().state).toBe('closed')

  log.length = 0
  following.handle()
  handles[1]?.say(part(0))
  await vi.advanceTimersByTimeAsync(1_000)
  handles[1]?.say(part(1))
  await vi.advanceTimersByTimeAsync(1_000)
  expect(log).toEqual(['reset', 'apply'])
  handles[1]?.say(replayed)
  expect(log).toEqual(['reset', 'apply', 'apply', 'show'])
  await following.close()
  expect(vi.getTimerCount()).toBe(0)
})

test('while a write is under way that was so when all was read, nothing is ready: its collection shows nothing new', async () => {
  const { handles, log, open, view } = parts()
  const following = follow({ open, view, live: true })
  const saved = following.save([], 'first')
  const outbox = [writeOf('first', [])]
  handles[0]?.say({ batch: null, outbox, replayed: true, whole: true })
  expect(log).toEqual(['apply', 'show'])
  const later = following.save([], 'second')
  handles[0]?.saved()
  await Promise.all([saved, later])
  expect(log).not.toContain('ready')
  const live = vi.fn()
  void following.until('live').then(live)
  for (let turn = 0; turn < 9; turn++) await Promise.resolve()
  expect(live).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(log).toContain('ready')
  expect(live).toHaveBeenCalled()
  await following.close()
})

test('a write that is saved, and not told of yet, ends with the database', async () => {
  const { handles, open, view } = parts()
  const following = follow({ open, view, live: true })
  const saved = following.save([], 'first')
  handles[0]?.saved()
  await vi.advanceTimersByTimeAsync(1)
  await following.close()
  await saved
})

test('after close there is no handle to be had', async () => {
  const { open, view } = parts()
  const following = follow({ open, view, live: true })
  await following.close()
  expect(() => following.handle()).toThrow('closed')
  expect(() => following.another()).toThrow('closed')
})

import { afterEach, expect, test, vi } from 'vitest'
import { sweepUnnamed, withFiles } from './send-files.ts'

afterEach(() => vi.unstubAllGlobals())

const denied = { request: () => Promise.reject(new DOMException('denied', 'SecurityError')) }
const given = {
  request: async (_: string, __: LockOptions, work: (lock: object) => Promise<unknown>) => work({}),
}

/** As much of the app's streams as it takes. */
function fakeStreams() {
  const saved: string[] = []
  const append = vi.fn(async (url: string) => void saved.push(url))
  return { streams: { append, free: vi.fn(async () => undefined) }, saved }
}

test.each([
  ['where there are locks', { locks: given }],
  ['where there are none', {}],
  ['where storage is blocked, and locks with it', { locks: denied }],
])('a file is saved and named: %s', async (_, navigator) => {
  vi.stubGlobal('navigator', navigator)
  const { streams, saved } = fakeStreams()
  const named: string[] = []
  await withFiles(streams, 's', [new File(['text'], 'note.txt')], async (attachments) => {
    named.push(...attachments.map(({ name }) => name))
  })
  expect(named).toEqual(['note.txt'])
  expect(saved.length).toBeGreaterThan(0)
  await sweepUnnamed(streams)
  expect(streams.free).not.toHaveBeenCalled()
})

test.each([
  ['locks', { locks: given }],
  ['denied', { locks: denied }],
])('what fails under a lock is not tried again without: %s', async (_, navigator) => {
  vi.stubGlobal('navigator', navigator)
  const { streams } = fakeStreams()
  const naming = vi.fn(() => Promise.reject(new Error('full')))
  await expect(withFiles(streams, 's', [new File(['text'], 'note.txt')], naming)).rejects.toThrow('full')
  expect(naming).toHaveBeenCalledTimes(1)
  await vi.waitFor(() => expect(streams.free).toHaveBeenCalled())
})

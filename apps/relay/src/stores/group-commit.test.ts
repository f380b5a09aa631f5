import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { GroupCommit } from './group-commit.ts'

interface Flush {
  readonly jobs: readonly string[]
  done(): void
  fail(error: Error): void
}

let flushes: Flush[]
let commits: GroupCommit<string[]>
let told: string[]
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
  flushes = []
  told = []
  commits = new GroupCommit<string[]>({
    begin: () => [],
    flush: (jobs) => new Promise((resolve, reject) => flushes.push({ jobs, done: resolve, fail: reject })),
    defer: queueMicrotask,
    limit: 3,
  })
})
afterEach(() => vi.useRealTimers())

const settled = () => vi.advanceTimersByTimeAsync(0)
const submit = (name: string, work = () => name) =>
  commits
    .submit((jobs) => {
      jobs.push(name)
      return work()
    })
    .then(
      (value) => told.push(value),
      (error: Error) => told.push(`${name}: ${error.message}`),
    )
const groups = () => flushes.map(({ jobs }) => jobs.join(''))
const flushed = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(ms)
  flushes.at(-1)?.done()
  await settled()
}

it('shares one flush between the jobs at hand, and gathers the next group meanwhile', async () => {
  for (const name of 'ab') void submit(name)
  await settled()
  for (const name of 'cdef') void submit(name)
  expect(groups()).toEqual(['ab'])
  expect(told).toEqual([])
  await flushed(1)
  expect(groups()).toEqual(['ab', 'cde'])
  expect(told).toEqual(['a', 'b'])
  await flushed(1)
  expect(groups()).toEqual(['ab', 'cde', 'f'])
})

it('begins the next flush before the callers of the last one are told', async () => {
  let begun = 0
  void submit('a').then(() => {
    begun = flushes.length
  })
  await settled()
  void submit('b')
  await flushed(1)
  expect(begun).toBe(2)
})

it('tells a job that throws at once, and carries out the others', async () => {
  void submit('a', () => {
    throw new Error('cannot')
  })
  void submit('b')
  await settled()
  expect(told).toEqual(['a: cannot'])
  await flushed(1)
  expect(told).toEqual(['a: cannot', 'b'])
})

it('tells every job of a group whose flush failed, and goes on with the next', async () => {
  for (const name of 'ab') void submit(name)
  await settled()
  void submit('c')
  flushes[0]?.fail(new Error('disk'))
  await settled()
  expect(told).toEqual(['a: disk', 'b: disk'])
  await flushed(1)
  expect(told).toEqual(['a: disk', 'b: disk', 'c'])
})

it('is idle when nothing waits or is being flushed', async () => {
  let idle = false
  void submit('a')
  void commits.idle().then(() => {
    idle = true
  })
  await settled()
  expect(idle).toBe(false)
  await flushed(1)
  expect(idle).toBe(true)
  void submit('b')
  await settled()
  expect(groups()).toEqual(['a', 'b'])
})

it('after a slow flush waits for those who were told, until all of them are back', async () => {
  void submit('a')
  await settled()
  void submit('b')
  await flushed(8)
  expect(told).toEqual(['a'])
  expect(groups()).toEqual(['a'])
  void submit('A')
  await settled()
  expect(groups()).toEqual(['a', 'bA'])
})

it('after a slow flush waits no longer than a quarter of its time', async () => {
  void submit('a')
  await settled()
  void submit('b')
  await flushed(8)
  await vi.advanceTimersByTimeAsync(1)
  expect(groups()).toEqual(['a'])
  await vi.advanceTimersByTimeAsync(1)
  expect(groups()).toEqual(['a', 'b'])
})

import { expect, test } from 'vitest'
import { testClock } from './testing/clock.ts'
import { puppetEngine } from './testing/engine.ts'
import { warmEngine } from './warm-engine.ts'

const context = { session: 's', workspace: '/a', dirs: [], resumes: false }
const { signal } = new AbortController()

test('S4-2 S1-17 an idle engine is closed when its time is up, and not a moment before', async () => {
  const [engine, clock] = [puppetEngine(), testClock()]
  const warm = warmEngine(engine, clock, 50)
  await warm.get(context, signal)
  warm.rest()
  clock.advance(49)
  expect(warm.isWarm(context)).toBe(true)
  clock.advance(1)
  expect(warm.isWarm(context)).toBe(false)
  await warm.drop()
  expect(engine.closes).toBe(1)
})

test('S1-17 with 0 it is never closed for being idle', async () => {
  const [engine, clock] = [puppetEngine(), testClock()]
  const warm = warmEngine(engine, clock, 0)
  await warm.get(context, signal)
  warm.rest()
  clock.advance(1e9)
  expect(warm.isWarm(context)).toBe(true)
  expect(clock.timers).toBe(0)
})

test('S1-18 busy past the limit it lives on; the time counts from the rest', async () => {
  const [engine, clock] = [puppetEngine(), testClock()]
  const warm = warmEngine(engine, clock, 50)
  await warm.get(context, signal)
  warm.rest()
  clock.advance(40)
  await warm.get(context, signal)
  clock.advance(1_000)
  expect(warm.isWarm(context)).toBe(true)
  warm.rest()
  clock.advance(40)
  warm.rest()
  clock.advance(10)
  expect(warm.isWarm(context)).toBe(false)
  expect(engine.opened).toHaveLength(1)
})

test('another folder is another engine; the one before is gone first', async () => {
  const engine = puppetEngine()
  const warm = warmEngine(engine, testClock(), 0)
  await warm.get(context, signal)
  engine.onOpen = () => expect(engine.closes).toBe(1)
  await warm.get({ ...context, workspace: '/b' }, signal)
  expect(engine.opened.map(({ workspace }) => workspace)).toEqual(['/a', '/b'])
})

test('an engine that opens after it was called off is not left behind', async () => {
  const engine = puppetEngine()
  const warm = warmEngine(engine, testClock(), 0)
  const life = new AbortController()
  engine.onOpen = () => life.abort()
  await expect(warm.get(context, life.signal)).rejects.toThrow()
  expect(engine.closes).toBe(1)
  expect(warm.isWarm(context)).toBe(false)
})

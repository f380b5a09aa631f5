import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SyncError } from '../errors.ts'
import { connectionOf, next, type SyncEvent, start } from './state.ts'

const NOW = 1_000_000
const CODES = ['network', 'unauthorized', 'not-found', 'gone', 'incarnation', 'refused'] as const

const page = fc.constantFrom<SyncEvent>(
  { type: 'page', items: 3, upToDate: false, closed: false },
  { type: 'page', items: 3, upToDate: true, closed: false },
  { type: 'page', items: 0, upToDate: true, closed: false },
  { type: 'page', items: 0, upToDate: true, closed: true },
)
const other = fc.constantFrom<SyncEvent>(
  { type: 'ended' },
  { type: 'created' },
  { type: 'dropped' },
  { type: 'overtaken' },
  { type: 'wake' },
)
const failure = fc
  .constantFrom(...CODES)
  .map((code): SyncEvent => ({ type: 'failed', error: new SyncError(code, code) }))
const event = fc.oneof(page, other, failure)
const surroundings = fc.record({
  now: fc.integer({ min: NOW, max: NOW + 100_000 }),
  random: fc.double({ min: 0, max: 1, noNaN: true }),
  online: fc.boolean(),
  synced: fc.boolean(),
  create: fc.boolean(),
  slot: fc.boolean(),
  wanted: fc.boolean(),
})

test('whatever happens, no wait exceeds the cap, closed stays closed but for a failure, everything can be shown', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(event, surroundings), { maxLength: 60 }), (steps) => {
      let state = start()
      for (const [happening, here] of steps) {
        const after = next(state, happening, here)
        expect(next(state, happening, here)).toEqual(after)
        if (after.state === 'waiting' && after.reason !== 'hidden' && after !== state)
          expect(after.retryAt - here.now).toBeLessThanOrEqual(30_000)
        if (after.state === 'creating' && after !== state) expect(here.synced).toBe(false)
        expect(connectionOf(after).state).toBeTypeOf('string')
        state = after
      }
    }),
  )
})

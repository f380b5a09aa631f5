import { beforeEach, expect, it } from 'vitest'
import { errorFields, jsonLog, type Log } from './log.ts'

let lines: Record<string, unknown>[]
let now: number
let log: Log
beforeEach(() => {
  lines = []
  now = 0
  log = jsonLog((line) => lines.push(JSON.parse(line) as Record<string, unknown>), { now: () => now })
})

it('writes one line of JSON with time, level, event and what belongs to it', () => {
  log('error', 'tail-cut', { path: 'a\nb' })
  expect(lines).toEqual([
    { time: '1970-01-01T00:00:00.000Z', level: 'error', event: 'tail-cut', path: 'a\nb' },
  ])
})

it('counts what comes again soon, and says how often with the next line of its kind', () => {
  for (let i = 0; i < 1000; i++) {
    now = i
    log('error', 'store-failed', { error: 'disk full' })
  }
  expect(lines).toHaveLength(1)
  now = 10_000
  log('error', 'store-failed', { error: 'disk full' })
  expect(lines.map(({ repeated }) => repeated)).toEqual([undefined, 999])
})

it('keeps apart what differs in event or error', () => {
  log('error', 'store-failed', { error: 'disk full' })
  log('error', 'store-failed', { error: 'no rights' })
  log('error', 'fault', { error: 'disk full' })
  expect(lines).toHaveLength(3)
})

it('says name, code and text of an error, and where it was thrown', () => {
  const error = Object.assign(new TypeError('no'), { code: 'E' })
  const fields = errorFields(error)
  expect(fields).toMatchObject({ error: 'no', name: 'TypeError', code: 'E' })
  expect(String(fields.at)).toMatch(/^at .*log\.test\.ts/)
  expect(errorFields('no')).toEqual({ error: 'no' })
  expect(errorFields(undefined)).toEqual({})
})

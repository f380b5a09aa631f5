import { describe, expect, it } from 'vitest'
import { summary } from './summary.mjs'
import { count, testTime } from './vitest.mjs'

const test = (status: string, ...ancestorTitles: string[]) => ({ status, ancestorTitles })
const file = (status: string, ...assertionResults: ReturnType<typeof test>[]) => ({
  name: 'x.test.ts',
  status,
  assertionResults,
})

describe('count', () => {
  it('adds up files', () => {
    const testResults = [file('passed', test('passed'), test('passed')), file('failed', test('failed'))]
    expect(count({ testResults }, 1)).toEqual({ passed: 2, failed: 1, skipped: 0, excused: 0 })
  })

  it('takes a file that could not be loaded for one failure', () => {
    expect(count({ testResults: [file('passed', test('passed')), file('failed')] }, 1)).toMatchObject({
      failed: 1,
    })
  })

  it.each([
    ['a crash without a report', undefined, null],
    ['a bad end though every test passed', { testResults: [file('passed', test('passed'))] }, 1],
    ['a run without a test', { testResults: [] }, 0],
  ])('takes %s for one failure', (_, report, code) => {
    expect(count(report, code)).toMatchObject({ failed: 1 })
  })

  it('counts skipped and planned tests, save those of a group that is excused', () => {
    const testResults = [
      file('passed', test('passed'), test('skipped', 'a'), test('todo'), test('skipped', 'b', 'c')),
    ]
    expect(count({ testResults }, 0, ['b'])).toEqual({ passed: 1, failed: 0, skipped: 2, excused: 1 })
  })
})

it('adds up the time of tests, those that did not get to run aside', () => {
  const timed = (duration: number | null) => ({ ...test('passed'), duration })
  expect(
    testTime({ testResults: [file('passed', timed(1200), timed(null)), file('passed', timed(300))] }),
  ).toBe(1.5)
  expect(testTime(undefined)).toBe(0)
})

describe('summary', () => {
  const result = (passed: number, failed: number, skipped: number) => ({
    name: 'unit',
    seconds: 1,
    tally: { passed, failed, skipped, tail: [] },
  })

  it('ends with the sum', () => {
    const { lines, ok } = summary([result(3, 0, 0), result(4, 1, 0)])
    expect(lines.at(-1)).toBe('7 passed, 1 failed')
    expect(ok).toBe(false)
  })

  it('does not let a skipped test pass', () => {
    expect(summary([result(3, 0, 1)]).ok).toBe(false)
    expect(summary([result(3, 0, 0)]).ok).toBe(true)
  })
})

import { expect, test } from 'vitest'
import { dayLabel, dayOf, shortDay } from './days.ts'

const now = new Date(2026, 2, 1, 0, 30).getTime()

test('days are told apart where the reader is, and grow', () => {
  const evening = new Date(2025, 11, 31, 23, 59).getTime()
  const morning = new Date(2026, 0, 1, 0, 1).getTime()
  expect(dayOf(evening)).toBe(20_251_231)
  expect(dayOf(morning)).toBe(20_260_101)
})

test('today and yesterday have words, across a month too', () => {
  expect(dayLabel(now, now)).toBe('Today')
  expect(dayLabel(new Date(2026, 1, 28, 12).getTime(), now)).toBe('Yesterday')
})

test('other years carry their year, this one does not', () => {
  const thisYear = new Date(2026, 0, 5).getTime()
  const lastYear = new Date(2025, 0, 5).getTime()
  expect(dayLabel(lastYear, now)).toContain('2025')
  expect(dayLabel(thisYear, now)).not.toContain('2026')
  expect(shortDay(lastYear, now)).toContain('2025')
  expect(shortDay(thisYear, now)).not.toContain('2026')
})

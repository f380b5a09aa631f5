import { expect, test } from 'vitest'
import { dayAround, dayLabel, shortDay } from './days.ts'

const now = new Date(2026, 2, 1, 0, 30).getTime()

test('a day goes from midnight to midnight where the reader is', () => {
  const evening = new Date(2025, 11, 31, 23, 59).getTime()
  const { from, to } = dayAround(evening)
  expect(from).toBe(new Date(2025, 11, 31).getTime())
  expect(to).toBe(new Date(2026, 0, 1).getTime())
  expect(dayAround(to).from).toBe(to)
})

test('today and yesterday have words, across a month too', () => {
  expect(dayLabel(now, now)).toBe('Today')
  expect(dayLabel(new Date(2026, 1, 28, 0).getTime(), now)).toBe('Yesterday')
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

import { expect, test } from 'vitest'
import type { Session } from '../../schema.ts'
import { findSessions, newestFirst } from './search.ts'

function session(id: string, title = id, createdAt = 0): Session {
  return { id, title, createdAt, createdBy: 'u-1' }
}

test('newest first, and equals by key in every tab (S0-5)', () => {
  const rows = [session('b', 'b', 1), session('c', 'c', 2), session('a', 'a', 1)]
  const sorted = (list: Session[]) => list.toSorted(newestFirst).map(({ id }) => id)
  expect(sorted(rows)).toEqual(['c', 'a', 'b'])
  expect(sorted(rows.toReversed())).toEqual(['c', 'a', 'b'])
})

test('every word must be in the title, in any case, with or without accents', () => {
  const rows = [session('1', 'Café at the Pier'), session('2', 'Pier 9'), session('3', 'Harbour')]
  const found = (query: string) => findSessions(rows, query).map(({ id }) => id)
  expect(found('pier')).toEqual(['1', '2'])
  expect(found('PIER cafe')).toEqual(['1'])
  expect(found('  ')).toEqual(['1', '2', '3'])
  expect(found('boat')).toEqual([])
})

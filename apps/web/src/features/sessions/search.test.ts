import { expect, test } from 'vitest'
import { findSessions } from './search.ts'

function listing(id: string, title: string) {
  const session = { id, title, createdAt: 0, createdBy: 'u-1' }
  return { session, shared: true, lastAt: 0, unread: false, active: false }
}

test('every word must be in the title, in any case, with or without accents', () => {
  const all = [listing('1', 'Café at the Pier'), listing('2', 'Pier 9'), listing('3', 'Harbour')]
  const found = (query: string) => findSessions(all, query).map(({ session: { id } }) => id)
  expect(found('pier')).toEqual(['1', '2'])
  expect(found('PIER cafe')).toEqual(['1'])
  expect(found('  ')).toEqual(['1', '2', '3'])
  expect(found('boat')).toEqual([])
})

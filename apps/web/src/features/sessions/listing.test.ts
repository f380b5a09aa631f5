import type { Session } from '@strandline/chat'
import { expect, test } from 'vitest'
import { type ListingParts, listings } from './listing.ts'

const session = (id: string, more: Partial<Session> = {}): Session => ({
  id,
  title: id,
  createdAt: 10,
  createdBy: 'me',
  ...more,
})
const none: ListingParts = {
  sessions: [],
  known: [],
  activity: new Map(),
  marks: new Map(),
  me: { id: 'me', since: 100 },
  now: 1000,
}
const list = (parts: Partial<ListingParts>) => listings({ ...none, ...parts })
const mark = (at: number) => new Map([['a', { id: 'me:a', person: 'me', session: 'a', message: 'm', at }]])

test('S0-5 what was used last stands first; equals by key, in every tab and after every reload', () => {
  const sessions = [session('b'), session('c', { lastAt: 50 }), session('a'), session('d', { createdAt: 60 })]
  const ids = (given: readonly Session[]) => list({ sessions: given }).map(({ session: { id } }) => id)
  expect(ids(sessions)).toEqual(['d', 'c', 'a', 'b'])
  expect(ids(sessions.toReversed())).toEqual(['d', 'c', 'a', 'b'])
})

test('S1-8 a session that is known here and listed shows once; one that the list has lost stays', () => {
  const found = list({ sessions: [session('a')], known: [session('a', { title: 'old' }), session('x')] })
  expect(found.map(({ session: { title }, shared }) => [title, shared])).toEqual([
    ['a', true],
    ['x', false],
  ])
})

test('unread is what others said since it was read', () => {
  const said = (by: string, lastAt: number) => [session('a', { lastAt, lastBy: by })]
  const unread = (parts: Partial<ListingParts>) => list(parts)[0]?.unread
  expect(unread({ sessions: said('bob', 200) })).toBe(true)
  expect(unread({ sessions: said('me', 200) })).toBe(false)
  expect(unread({ sessions: said('bob', 200), marks: mark(200) })).toBe(false)
  expect(unread({ sessions: said('bob', 201), marks: mark(200) })).toBe(true)
  expect(unread({ sessions: said('bob', 99) })).toBe(false)
})

test('S1-25 S1-58 an agent is at work for as long as its lease lasts', () => {
  const activity = new Map([['a', { id: 'a', agent: 'x', run: 'r', until: 1000, at: 1 }]])
  const active = (now: number) => list({ sessions: [session('a')], activity, now })[0]?.active
  expect(active(999)).toBe(true)
  expect(active(1000)).toBe(false)
})

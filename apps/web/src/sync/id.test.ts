import { expect, test } from 'vitest'
import { makeId } from './id.ts'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/u

test('an id is a random UUID', () => {
  expect(makeId()).toMatch(UUID)
})

test('also where the page has no randomUUID: plain http', () => {
  const insecure = { getRandomValues: crypto.getRandomValues.bind(crypto) }
  const ids = Array.from({ length: 50 }, () => makeId(insecure))
  for (const id of ids) expect(id).toMatch(UUID)
  expect(new Set(ids).size).toBe(50)
})

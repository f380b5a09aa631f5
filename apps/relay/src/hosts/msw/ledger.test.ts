import { expect, test } from 'vitest'
import { createLedger } from './ledger.ts'
import type { Passing, RecordedRequest } from './match.ts'

const passing = (more: Partial<RecordedRequest>): Passing => {
  const request = new Request('http://relay.test/v1/stream/room')
  const record = { method: 'GET', url: request.url, path: 'room', body: '', items: 0, status: 200, bytes: 0 }
  return { record: { ...record, ...more }, request, body: undefined }
}
const read = passing({})
const tail = passing({ live: 'sse' })
const READER = 'a reader of room to come back'
const FOLLOWER = 'a follower of room to come back'

test('a reader that was cut off is back when it has all there is, not with a status; a refusal is an end', () => {
  const ledger = createLedger()
  ledger.broken(read)
  expect(ledger.open()).toEqual([READER])
  ledger.began(read)
  ledger.heard(read, 200)
  expect(ledger.open()).toEqual([READER])
  ledger.answered(read)
  expect(ledger.open()).toEqual([])
  ledger.broken(read)
  ledger.heard(read, 404)
  expect(ledger.open()).toEqual([])
})

test.each([408, 425, 429, 500, 503])('who is put off with %i asks again, with 400 or 413 not', (status) => {
  const ledger = createLedger()
  const write = passing({ method: 'POST', producer: { id: 'p', epoch: 0, seq: 0 } })
  ledger.heard(write, status)
  expect(ledger.open()).toEqual(['a write to room to be sent again by p'])
  for (const refused of [400, 413]) {
    ledger.heard(write, refused)
    expect(ledger.open()).toEqual([])
  }
})

test('who follows a stream finds out between two requests that nobody can be reached; who has left does not', () => {
  const ledger = createLedger()
  ledger.began(tail)
  ledger.answered(tail)
  ledger.cutOff()
  expect(ledger.open()).toEqual([FOLLOWER])
  ledger.left(tail)
  expect(ledger.open()).toEqual([])
  ledger.cutOff()
  expect(ledger.open()).toEqual([])
})

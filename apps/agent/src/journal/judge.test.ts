import { expect, test } from 'vitest'
import { judge } from './judge.ts'

const answer = (status: number, more: object = {}) => ({
  status,
  epoch: undefined,
  expectedSeq: undefined,
  retryAfter: undefined,
  message: undefined,
  ...more,
})

const claimed = { epoch: 3, seq: 7, claimed: true }
const fresh = { epoch: 3, seq: 0, claimed: false }

test.each([
  ['taken', claimed, answer(200), { kind: 'taken' }],
  ['our own retry is known', claimed, answer(204), { kind: 'taken' }],
  ['the epoch is somebody else’s', fresh, answer(204), { kind: 'raise', epoch: 4 }],
  ['first of its epoch', fresh, answer(200), { kind: 'taken' }],
  ['behind at the start', fresh, answer(403, { epoch: 9 }), { kind: 'raise', epoch: 10 }],
  ['S1-60 replaced', claimed, answer(403, { epoch: 4 }), { kind: 'fenced', epoch: 4 }],
  ['no permission', claimed, answer(403), { kind: 'again' }],
  ['forgotten', claimed, answer(409, { expectedSeq: 0 }), { kind: 'raise', epoch: 4 }],
  ['forgotten', claimed, answer(400), { kind: 'raise', epoch: 4 }],
  ['closed', claimed, answer(409), { kind: 'gone' }],
  ['deleted', claimed, answer(410), { kind: 'gone' }],
  ['another life', claimed, answer(412), { kind: 'gone' }],
  ['busy', claimed, answer(429, { retryAfter: 1000 }), { kind: 'again', retryAfter: 1000 }],
  ['broken', fresh, answer(503), { kind: 'again' }],
  ['too large', claimed, answer(413), { kind: 'refused', status: 413 }],
  ['wrong', fresh, answer(400, { message: 'no' }), { kind: 'refused', message: 'no' }],
])('%s: %o, %o', (_, sender, heard, verdict) => {
  expect(judge(sender, heard)).toMatchObject(verdict)
})

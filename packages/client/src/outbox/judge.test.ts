import { describe, expect, test } from 'vitest'
import type { AppendAnswer } from '../transport.ts'
import { judge } from './judge.ts'
import type { Claim } from './outbox.ts'

const claim = (epoch: number, seq: number): Claim => ({
  tag: { id: 'p', epoch, seq },
  entries: [0],
  body: '[1]',
  incarnation: null,
})

const answer = (status: number, more: Partial<AppendAnswer> = {}): AppendAnswer => ({
  status,
  tail: '1',
  epoch: undefined,
  seq: undefined,
  expectedSeq: undefined,
  closed: false,
  message: undefined,
  retryAfter: undefined,
  ...more,
})

describe('what an answer to a claim leads to (write protocol, rules 6 to 10)', () => {
  const settled: [string, number, Partial<AppendAnswer>, Claim, object][] = [
    ['200: accepted, next seq from the answer', 200, { seq: 4 }, claim(0, 4), { kind: 'accepted', seq: 5 }],
    [
      '204: the same, also when the relay is ahead',
      204,
      { seq: 9 },
      claim(0, 4),
      { kind: 'accepted', seq: 10 },
    ],
    ['204 without a seq: one further', 204, {}, claim(0, 4), { kind: 'accepted', seq: 5 }],
    ['403 with a later epoch: on there', 403, { epoch: 3 }, claim(1, 4), { kind: 'fenced', epoch: 3 }],
    ['409 gap: forgotten', 409, { expectedSeq: 0 }, claim(1, 4), { kind: 'forgotten' }],
    ['400 on a seq above 0: forgotten', 400, {}, claim(1, 4), { kind: 'forgotten' }],
    [
      '400 on seq 0: refused',
      400,
      {},
      claim(1, 0),
      { kind: 'refused', error: { code: 'refused', status: 400 } },
    ],
    [
      '409 closed: refused',
      409,
      { closed: true },
      claim(1, 4),
      { kind: 'refused', error: { code: 'closed' } },
    ],
    ['409 of another kind: refused', 409, {}, claim(1, 4), { kind: 'refused', error: { code: 'refused' } }],
    ['413: refused', 413, {}, claim(1, 4), { kind: 'refused', error: { code: 'too-large' } }],
    ['405: refused', 405, {}, claim(1, 4), { kind: 'refused', error: { code: 'refused' } }],
    ['415: refused', 415, {}, claim(1, 4), { kind: 'refused', error: { code: 'refused' } }],
  ]
  test.each(settled)('%s', (_, status, more, sent, settlement) => {
    expect(judge(sent, answer(status, more))).toMatchObject({ kind: 'settle', settlement })
  })

  const open: [number, Partial<AppendAnswer>, string, string][] = [
    [408, {}, 'undecided', 'busy'],
    [425, {}, 'undecided', 'busy'],
    [429, {}, 'undecided', 'busy'],
    [500, {}, 'undecided', 'server'],
    [502, {}, 'undecided', 'server'],
    [503, {}, 'undecided', 'server'],
    [401, {}, 'credentials', 'unauthorized'],
    [403, {}, 'credentials', 'unauthorized'],
    [403, { epoch: 1 }, 'credentials', 'unauthorized'],
    [404, {}, 'recheck', 'not-found'],
    [410, {}, 'recheck', 'gone'],
    [412, {}, 'recheck', 'incarnation'],
  ]
  test.each(open)('%i decides nothing', (status, more, kind, code) => {
    expect(judge(claim(1, 4), answer(status, more))).toMatchObject({ kind, error: { code, status } })
  })

  test('a wait that the relay asks for is kept, in milliseconds', () => {
    expect(judge(claim(0, 0), answer(429, { retryAfter: 1000 }))).toMatchObject({
      error: { retryAfter: 1000 },
    })
  })

  test('the relay’s reason reaches the person', () => {
    const refused = judge(claim(0, 0), answer(413, { message: 'over 8 MiB' }))
    expect(refused).toMatchObject({ settlement: { error: { message: 'over 8 MiB' } } })
  })
})

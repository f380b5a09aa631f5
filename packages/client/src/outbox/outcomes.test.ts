import { expect, test } from 'vitest'
import type { AppendAnswer } from '../transport.ts'
import { judge } from './judge.ts'
import type { Claim, Entry, ProducerState } from './outbox.ts'
import { settle } from './rules.ts'

/** The answers there are, by what tells them apart. */
const answers = {
  taken: { status: 200, epoch: 1 },
  'known before': { status: 204, epoch: 1 },
  'known, and the relay is ahead': { status: 204, epoch: 1, seq: 9 },
  'fenced by a later epoch': { status: 403, epoch: 3 },
  'forbidden at its own epoch': { status: 403, epoch: 1 },
  forbidden: { status: 403 },
  'a gap': { status: 409, expectedSeq: 0 },
  malformed: { status: 400 },
  closed: { status: 409, closed: true },
  'another content type': { status: 409 },
  'too large': { status: 413 },
  'not allowed': { status: 405 },
  'unsupported type': { status: 415 },
  'no credentials': { status: 401 },
  'timed out': { status: 408 },
  'too early': { status: 425 },
  'too many': { status: 429 },
  broken: { status: 500 },
  'a gateway': { status: 502 },
  unavailable: { status: 503 },
  'no stream': { status: 404 },
  deleted: { status: 410 },
  'another life': { status: 412 },
} satisfies Record<string, Partial<AppendAnswer>>

/** What the log shows of a claim of two entries when it was read up to the answer's tail. */
type Shown = 'nothing' | 'the first' | 'both'

/**
 * What is left: the entries (`!`: rejected), then epoch and seq of the next claim, with the entries of the one that
 * stays in its slot. Or what is waited for, with nothing changed.
 */
type Outcome = string
type Cells = Readonly<Record<Shown, Outcome>>

const on = (epoch: number, seq: number): Cells => ({
  nothing: `a b ${epoch}/${seq}`,
  'the first': `b ${epoch}/${seq}`,
  both: `${epoch}/${seq}`,
})
const refused = (seq: number): Cells => ({
  nothing: `a b 1/${seq} [a]`,
  'the first': `b! 1/${seq}`,
  both: `1/${seq}`,
})
const same = (outcome: Outcome): Cells => ({ nothing: outcome, 'the first': outcome, both: outcome })

/** The write protocol's rules 6 to 10 as one table: (claim, answer, what the log shows) -> outcome. No cell is left out. */
const table: Record<keyof typeof answers, Readonly<Record<'seq 0' | 'seq 4', Cells>>> = {
  taken: { 'seq 0': on(1, 1), 'seq 4': on(1, 5) },
  'known before': { 'seq 0': on(1, 1), 'seq 4': on(1, 5) },
  'known, and the relay is ahead': { 'seq 0': on(1, 10), 'seq 4': on(1, 10) },
  'fenced by a later epoch': { 'seq 0': on(3, 0), 'seq 4': on(3, 0) },
  'forbidden at its own epoch': { 'seq 0': same('credentials'), 'seq 4': same('credentials') },
  forbidden: { 'seq 0': same('credentials'), 'seq 4': same('credentials') },
  'a gap': { 'seq 0': on(2, 0), 'seq 4': on(2, 0) },
  malformed: { 'seq 0': refused(0), 'seq 4': on(2, 0) },
  closed: { 'seq 0': refused(0), 'seq 4': refused(4) },
  'another content type': { 'seq 0': refused(0), 'seq 4': refused(4) },
  'too large': { 'seq 0': refused(0), 'seq 4': refused(4) },
  'not allowed': { 'seq 0': refused(0), 'seq 4': refused(4) },
  'unsupported type': { 'seq 0': refused(0), 'seq 4': refused(4) },
  'no credentials': { 'seq 0': same('credentials'), 'seq 4': same('credentials') },
  'timed out': { 'seq 0': same('undecided'), 'seq 4': same('undecided') },
  'too early': { 'seq 0': same('undecided'), 'seq 4': same('undecided') },
  'too many': { 'seq 0': same('undecided'), 'seq 4': same('undecided') },
  broken: { 'seq 0': same('undecided'), 'seq 4': same('undecided') },
  'a gateway': { 'seq 0': same('undecided'), 'seq 4': same('undecided') },
  unavailable: { 'seq 0': same('undecided'), 'seq 4': same('undecided') },
  'no stream': { 'seq 0': same('recheck'), 'seq 4': same('recheck') },
  deleted: { 'seq 0': same('recheck'), 'seq 4': same('recheck') },
  'another life': { 'seq 0': same('recheck'), 'seq 4': same('recheck') },
}

const entries: readonly Entry[] = ['a', 'b'].map((txid, n) => {
  return { n, txid, items: ['1'], attempts: 1, status: { state: 'saved' } }
})
const left: Record<Shown, readonly Entry[]> = { nothing: entries, 'the first': entries.slice(1), both: [] }

function outcomeOf(seq: number, answer: Partial<AppendAnswer>, shown: Shown): Outcome {
  const claim: Claim = { tag: { id: 'p', epoch: 1, seq }, entries: [0, 1], body: '[1,1]', incarnation: null }
  const before: ProducerState = { id: 'p', epoch: 1, seq, claim }
  const silent = { tail: '1', epoch: undefined, seq: undefined, expectedSeq: undefined, closed: false }
  const verdict = judge(claim, { status: 0, message: undefined, retryAfter: undefined, ...silent, ...answer })
  if (verdict.kind !== 'settle') return verdict.kind
  const { producer, put } = settle(before, claim, left[shown], verdict.settlement)
  const now = left[shown].map((entry) => put.find(({ n }) => n === entry.n) ?? entry)
  const names = now.map(({ txid, status }) => (status.state === 'rejected' ? `${txid}!` : txid))
  const kept = producer.claim?.entries.map((n) => entries[n]?.txid).join(' ')
  if (producer.claim) expect(producer.claim.tag).toEqual(claim.tag)
  return [...names, `${producer.epoch}/${producer.seq}`, ...(kept ? [`[${kept}]`] : [])].join(' ')
}

const cells = Object.entries(table).flatMap(([name, byClaim]) =>
  Object.entries(byClaim).flatMap(([claim, byLog]) =>
    Object.entries(byLog).map(([shown, outcome]) => [name, claim, shown, outcome] as const),
  ),
)

test.each(cells)('%s, on a claim at %s, the log shows %s: %s', (name, claim, shown, outcome) => {
  const seq = Number(claim.slice(-1))
  expect(outcomeOf(seq, answers[name as keyof typeof answers], shown as Shown)).toBe(outcome)
})

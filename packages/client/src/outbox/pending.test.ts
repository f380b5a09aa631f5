import { expect, test } from 'vitest'
import type { Entry, ProducerState } from './outbox.ts'
import { pendingViews } from './pending.ts'

const NEWS = { answered: new Set<number>(), error: undefined }
const CLAIM = { tag: { id: 'p', epoch: 0, seq: 0 }, entries: [0, 1], body: '[]', incarnation: null }
const PRODUCER: ProducerState = { id: 'p', epoch: 0, seq: 0, claim: CLAIM }

/** Entries that count how often anything of them is looked at. */
function crowd(count: number) {
  let looks = 0
  const entry = (n: number): Entry =>
    new Proxy<Entry>(
      { n, txid: `w${n}`, items: ['{"type":"note","key":"k"}'], attempts: 0, status: { state: 'saved' } },
      {
        get(target, name, receiver) {
          if (name === 'status') looks += 1
          return Reflect.get(target, name, receiver)
        },
      },
    )
  return { entry, entries: Array.from({ length: count }, (_, n) => entry(n)), looks: () => looks }
}

test('with a thousand that wait, one more is all that is looked at', () => {
  const { entry, entries, looks } = crowd(1_000)
  const view = pendingViews('s')
  const before = view(entries, PRODUCER, NEWS)
  const looked = looks()
  const after = view([...entries, entry(1_000)], PRODUCER, NEWS)
  expect(looks() - looked).toBe(1)
  expect(after.slice(0, 1_000)).toEqual(before)
  expect(after.at(-1)).toMatchObject({ txid: 'w1000', state: 'saved' })
})

test('what changes shows: another claim, its answer, an entry that leaves, one that takes its place', () => {
  const { entry, entries } = crowd(4)
  const view = pendingViews('s')
  const states = (...[of, producer, news]: Parameters<typeof view>) =>
    view(of, producer, news).map(({ txid, state }) => `${txid} ${state}`)
  expect(states(entries, null, NEWS)).toEqual(['w0 saved', 'w1 saved', 'w2 saved', 'w3 saved'])
  expect(states(entries, PRODUCER, NEWS)).toEqual(['w0 sending', 'w1 sending', 'w2 saved', 'w3 saved'])
  const answered = { ...NEWS, answered: new Set([0, 1]) }
  expect(states(entries, PRODUCER, answered)).toEqual(['w0 sent', 'w1 sent', 'w2 saved', 'w3 saved'])
  expect(states(entries.slice(1), PRODUCER, answered)).toEqual(['w1 sent', 'w2 saved', 'w3 saved'])
  const other: Entry = {
    ...entry(2),
    status: { state: 'rejected', error: { code: 'refused', message: 'no' } },
  }
  expect(states([...entries.slice(1, 2), other], PRODUCER, answered)).toEqual(['w1 sent', 'w2 rejected'])
  expect(states([{ ...entry(2), txid: 'new' }], PRODUCER, answered)).toEqual(['new saved'])
})

import { expect, test } from 'vitest'
import { growMessage, type Message, type MessageDelta } from './message.ts'

const empty: Message = { id: 'm', author: 'a', at: 0, run: 'p', state: 'streaming', text: '' }

const deltasOf = (texts: readonly string[]): MessageDelta[] => {
  let from = 0
  return texts.map((text) => {
    const delta = { from, text }
    from += text.length
    return delta
  })
}

const grow = (deltas: readonly MessageDelta[]) => deltas.reduce(growMessage, empty)

test('S4-31 a gap is marked, and nothing is put in the wrong place', () => {
  const [a, , c] = deltasOf(['one ', 'two ', 'three'])
  const message = grow([a, c].flatMap((delta) => delta ?? []))
  expect(message).toMatchObject({ text: 'one ', gap: true })
})

test('a part that overlaps adds what is new of it', () => {
  expect(
    grow([
      { from: 0, text: 'abcd' },
      { from: 2, text: 'cdef' },
    ]).text,
  ).toBe('abcdef')
})

test('S1-16 what is closed does not grow', () => {
  const final: Message = { ...empty, state: 'complete', text: 'all' }
  expect(growMessage(final, { from: 3, text: ' more' })).toBe(final)
})

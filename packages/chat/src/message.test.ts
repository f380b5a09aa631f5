import fc from 'fast-check'
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

test('S4-31 deltas that come twice, in any run of repeats, add their text once', () => {
  const texts = fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 12 })
  fc.assert(
    fc.property(texts, fc.array(fc.nat(20)), (parts, back) => {
      const deltas = deltasOf(parts)
      const replayed = deltas.flatMap((delta, n) => [
        delta,
        ...deltas.slice(Math.max(0, n - (back[n] ?? 0)), n + 1),
      ])
      expect(grow(replayed).text).toBe(parts.join(''))
      expect(grow(replayed).gap).toBeUndefined()
    }),
  )
})

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

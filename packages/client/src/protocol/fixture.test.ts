import { expect, test } from 'vitest'
import { type Fixture, FixtureError, readFixture, writeFixture } from './fixture.ts'

const fixture: Fixture = {
  batches: [
    { to: '01', items: [{ key: 'a', value: '潮 🌊 "quoted" \\ \n' }] },
    { to: '02', items: [{ key: 'b' }, 7, null] },
    { to: '10', items: [] },
    { to: '11', items: [{ key: 'c' }, { key: 'd' }], places: [5, 9] },
  ],
}
const text = writeFixture(fixture)

function refusal(damaged: string): FixtureError {
  try {
    readFixture(damaged)
  } catch (error) {
    if (error instanceof FixtureError) return error
    throw error
  }
  throw new Error(`it was taken: ${damaged}`)
}

test('what was written is read again, also after a formatter was at it', () => {
  expect(readFixture(text)).toEqual(fixture)
  expect(readFixture(JSON.stringify(JSON.parse(text), null, 2))).toEqual(fixture)
  expect(readFixture(writeFixture({ batches: [] }))).toEqual({ batches: [] })
})

test('a file that was cut anywhere is refused, with a line it has', () => {
  const end = text.trimEnd().length
  for (let length = 0; length < end; length++) {
    const { code, line, message } = refusal(text.slice(0, length))
    expect(code).toBe('invalid-fixture')
    expect(message).toMatch(/^line \d+: /)
    expect(line).toBe(text.slice(0, length).split('\n').length)
  }
})

test.each([
  [1, 'another version', text.replace('"strand":1', '"strand":2')],
  [1, 'no batches', '{"strand":1}'],
  [1, 'something else', '[]'],
  [1, 'null', 'null'],
  [3, 'a batch without an offset', text.replace('"to":"02"', '"at":"02"')],
  [3, 'items that are no array', text.replace('[{"key":"b"},7,null]', '{}')],
  [3, 'an offset that does not rise', text.replace('"to":"02"', '"to":"01"')],
  [4, 'a missing comma', text.replace('null]},', 'null]}')],
  [2, 'a letter too many', text.replace('"to":"01"', '"to":"01"x')],
  [4, 'a comma too many', text.replace('[]}', '[]},]')],
  [5, 'places that do not rise', text.replace('[5,9]', '[5,5]')],
  [5, 'places before the batch', text.replace('[5,9]', '[3,9]')],
  [5, 'places that are none', text.replace('[5,9]', '[5,"9"]')],
  [5, 'an item without a place', text.replace('[5,9]', '[5]')],
  [7, 'something after the end', `${text}{}`],
])('line %i is named for %s', (line, _, damaged) => {
  expect(refusal(damaged).line).toBe(line)
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { JsonDamage, linesOfElements } from './json-lines.ts'

test('a line is found wherever JSON.parse would fail, and only there', () => {
  const mangled = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', ',', '"', '}', ']', ':', '0', 'x', '\\', '\u0000'))
    .map(
      ([json, at, letter]) =>
        json.slice(0, at % (json.length + 1)) + letter + json.slice(at % (json.length + 1)),
    )
  fc.assert(
    fc.property(mangled, (json) => {
      const outcome = (run: () => unknown) => {
        try {
          run()
          return 'taken'
        } catch (error) {
          return error instanceof SyntaxError || error instanceof JsonDamage ? 'refused' : error
        }
      }
      expect(outcome(() => linesOfElements(json, 'batches'))).toBe(outcome(() => JSON.parse(json)))
    }),
    { numRuns: 500 },
  )
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { concatenated } from './concatenated.ts'

test('arrays are one with the items of all, whatever the white space around them', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(fc.jsonValue(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 5 }),
      fc.boolean(),
      (parts, spaced) => {
        const texts = parts.map((items) => JSON.stringify(items))
        const arrays = texts.map((text) =>
          new TextEncoder().encode(spaced ? ` [ ${text.slice(1, -1)}\n]\n` : text),
        )
        const whole = new TextDecoder().decode(concatenated(arrays))
        expect(JSON.parse(whole)).toEqual(JSON.parse(JSON.stringify(parts.flat())))
      },
    ),
  )
})

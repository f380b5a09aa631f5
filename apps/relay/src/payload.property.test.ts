import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeLog, encodeBody, itemsLength } from './payload.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (array: Uint8Array) => new TextDecoder().decode(array)

describe('JSON mode', () => {
  it('shows any values, however batched and spaced, as the array of all of them', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.jsonValue(), { minLength: 1 })), fc.nat(3), (batches, space) => {
        const chunks = batches.map((batch) => encodeBody('json', bytes(JSON.stringify(batch, null, space))))
        const log = chunks.filter((chunk): chunk is Uint8Array => !('code' in chunk))
        expect(JSON.parse(text(decodeLog('json', log)))).toEqual(JSON.parse(JSON.stringify(batches.flat())))
      }),
    )
  })

  it('finds the end of each item', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue(), { minLength: 1 }), (values) => {
        const log = encodeBody('json', bytes(JSON.stringify(values)))
        if ('code' in log) throw new Error(log.message)
        for (let count = 0; count <= values.length; count++) {
          const end = itemsLength(log, count) ?? Number.NaN
          expect(JSON.parse(`[${text(log.subarray(0, end)).replace(/,$/, '')}]`)).toHaveLength(count)
        }
        expect(itemsLength(log, values.length + 1)).toBeUndefined()
      }),
    )
  })
})

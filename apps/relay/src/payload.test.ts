import { describe, expect, it } from 'vitest'
import { encodeBody, modeOf } from './payload.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
const text = (array: Uint8Array) => new TextDecoder().decode(array)
const encode = (body: string) => {
  const log = encodeBody('json', bytes(body))
  return 'code' in log ? log.code : text(log)
}

describe('JSON mode', () => {
  it.each([
    ['{"a":1}', '{"a":1},'],
    [' [1, 2 ] ', '1, 2 ,'],
    ['[[1,2],[3]]', '[1,2],[3],'],
    ['[[[1,2,3]]]', '[[1,2,3]],'],
    ['"]"', '"]",'],
    ['[]', ''],
    [' [ \n ] ', ''],
    ['12345678901234567890', '12345678901234567890,'],
  ])('lays %j out as %j', (body, log) => {
    expect(encode(body)).toBe(log)
  })

  it.each(['{', '[1,]', '\ufeff[1]', 'nan', '[1] x', "{'a':1}"])('refuses %j', (body) => {
    expect(encode(body)).toBe('invalid-json')
  })

  it('refuses bytes that are not UTF-8', () => {
    const body = new Uint8Array([0x22, 0xff, 0x22])
    expect(encodeBody('json', body)).toMatchObject({ code: 'invalid-json' })
  })

  it('takes ten thousand levels', () => {
    const deep = '['.repeat(10_000) + ']'.repeat(10_000)
    expect(encode(deep)).toBe(`${deep.slice(1, -1)},`)
  })
})

describe('modes', () => {
  it.each([
    ['application/json', 'json'],
    ['Application/JSON; charset=utf-8', 'json'],
    ['text/event-stream', 'text'],
    ['application/x-protobuf', 'binary'],
    ['application/ndjson', 'binary'],
  ])('%s is %s', (type, mode) => {
    expect(modeOf(type)).toBe(mode)
  })
})

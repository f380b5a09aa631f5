import { describe, expect, it } from 'vitest'
import { parseMessage } from './message.mjs'

const good = { room: 'db', id: 'a1', author: 'u-1', at: 1393402576000, text: 'Grüße 👋' }
const parse = (value: unknown) => parseMessage(Buffer.from(JSON.stringify(value)))

describe('parseMessage', () => {
  it('takes a message and nothing beside it', () => {
    expect(parse({ ...good, extra: 1 })).toEqual({ ok: true, message: good })
  })

  it.each([
    ['{"room": "db"', 'not JSON'],
    ['', 'not JSON'],
    ['null', 'not an object'],
    ['[1]', 'not an object'],
    ['7', 'not an object'],
  ])('names what is wrong with %j', (line, reason) => {
    expect(parseMessage(Buffer.from(line))).toEqual({ ok: false, reason })
  })

  it('says when the bytes are not UTF-8', () => {
    expect(parseMessage(Uint8Array.of(0x22, 0xff, 0x22))).toEqual({ ok: false, reason: 'not UTF-8' })
  })

  it.each(Object.keys(good))('misses %s', (name) => {
    expect(parse({ ...good, [name]: undefined })).toEqual({ ok: false, reason: `"${name}" is missing` })
  })

  it.each([
    ['room', ''],
    ['id', 5],
    ['author', null],
    ['at', '1393402576000'],
    ['at', 1.5],
    ['text', ['x']],
  ])('refuses %s as %j', (name, value) => {
    expect(parse({ ...good, [name]: value })).toMatchObject({
      ok: false,
      reason: expect.stringContaining(name),
    })
  })

  it('lets a text be empty', () => {
    expect(parse({ ...good, text: '' })).toMatchObject({ ok: true })
  })
})

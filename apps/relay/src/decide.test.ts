import { describe, expect, it } from 'vitest'
import type { Append, Create } from './command.ts'
import { decide } from './decide.ts'

const NOW = 5000
let lives = 0
const create = (more: Partial<Create> = {}): Create => ({
  type: 'create',
  path: 's',
  now: NOW,
  fresh: `life-${String(++lives).padStart(11, '0')}`,
  contentType: 'text/plain',
  lifetime: { kind: 'forever' },
  closed: false,
  bytes: new Uint8Array(),
  ...more,
})
const append = (more: Partial<Append> = {}): Append => ({
  type: 'append',
  path: 's',
  now: NOW,
  contentType: 'text/plain',
  bytes: new TextEncoder().encode('x'),
  close: false,
  ...more,
})

describe('decide', () => {
  it('changes nothing it is given', () => {
    const made = decide({ target: undefined }, create())
    const target = made.ok ? Object.freeze(made.state) : undefined
    expect(() => decide({ target }, append())).not.toThrow()
    expect(target?.tail).toBe(0)
  })

  it('refuses another life before it looks at anything else (write protocol, rule 4)', () => {
    const made = decide({ target: undefined }, create({ closed: true }))
    const target = made.ok ? made.state : undefined
    const everythingWrong = append({
      incarnation: 'another',
      contentType: undefined,
      bytes: new Uint8Array(),
      malformed: { code: 'invalid-json', message: '' },
      producer: { id: 'p', epoch: 0, seq: 9 },
    })
    expect(decide({ target }, everythingWrong)).toMatchObject({
      ok: false,
      refusal: { code: 'incarnation-mismatch' },
    })
    expect(decide({ target }, create({ incarnation: 'another' }))).toMatchObject({
      refusal: { code: 'incarnation-mismatch' },
    })
    expect(decide({ target: undefined }, append({ incarnation: 'another' }))).toMatchObject({
      refusal: { code: 'not-found' },
    })
    expect(decide({ target: undefined }, create({ incarnation: 'another' }))).toMatchObject({
      refusal: { code: 'incarnation-mismatch' },
    })
  })

  it('takes a producer it does not know from sequence number 0 only (S2-6)', () => {
    const made = decide({ target: undefined }, create())
    const target = made.ok ? made.state : undefined
    expect(decide({ target }, append({ producer: { id: 'p', epoch: 4, seq: 0 } }))).toMatchObject({
      ok: true,
    })
    expect(decide({ target }, append({ producer: { id: 'p', epoch: 0, seq: 1 } }))).toMatchObject({
      refusal: {
        code: 'producer-gap',
        headers: { 'Producer-Expected-Seq': '0', 'Producer-Received-Seq': '1' },
      },
    })
  })

  it('counts an expired stream as missing, one that forks read as gone', () => {
    const made = decide({ target: undefined }, create({ lifetime: { kind: 'until', at: NOW + 1, text: '' } }))
    const target = made.ok ? made.state : undefined
    const later = append({ now: NOW + 1 })
    expect(decide({ target }, later)).toMatchObject({ refusal: { code: 'not-found' } })
    expect(decide({ target: target && { ...target, forks: 1 } }, later)).toMatchObject({
      refusal: { code: 'gone' },
    })
  })
})

import { expect, test, vi } from 'vitest'
import { withFixed, withFresh } from './params.ts'

test('fixed parameters are part of the address', () => {
  expect(withFixed('/v1/stream/x')).toBe('/v1/stream/x')
  expect(withFixed('/v1/stream/x?a=1', { b: 'ü', c: undefined, d: () => 'no' })).toBe(
    '/v1/stream/x?a=1&b=%C3%BC',
  )
})

test('functions are asked with each request', async () => {
  let n = 0
  const base = vi.fn(async () => new Response())
  const fetch = withFresh(base, { token: async () => String(++n), fixed: 'no' })
  await fetch?.('http://relay.test/s?offset=-1')
  await fetch?.(new URL('http://relay.test/s'))
  expect(base.mock.calls.map(([url]: unknown[]) => String(url))).toEqual([
    'http://relay.test/s?offset=-1&token=1',
    'http://relay.test/s?token=2',
  ])
  expect(withFresh(base, { fixed: 'x' })).toBe(base)
})

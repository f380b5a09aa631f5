import { describe, expect, it } from 'vitest'
import { DEFAULT_LIMITS } from './limits.ts'
import { formatOffset, parseOffset, readStart } from './offset.ts'
import { RefusalError } from './refusal.ts'
import { readPath, splitUrl } from './request.ts'

const path = (pathname: string) => {
  try {
    return readPath(pathname, DEFAULT_LIMITS)
  } catch (error) {
    if (error instanceof RefusalError) return error.refusal
    throw error
  }
}

describe('paths', () => {
  it.each([
    ['/v1/stream/a%20b/%C3%BC%25', 'a b/ü%'],
    ['/v1/stream/a/b/', 'a/b/'],
    ['/v1/stream/..a/.b', '..a/.b'],
    [`/v1/stream/${'x'.repeat(1024)}`, 'x'.repeat(1024)],
  ])('%s names a stream', (pathname, name) => {
    expect(path(pathname)).toBe(name)
  })

  it.each([
    ['/v1/stream/', 'invalid-path'],
    ['/v1/stream/%E0%A4%A', 'invalid-path'],
    ['/v1/stream/a%00b', 'invalid-path'],
    ['/v1/stream/a%0d%0ab', 'invalid-path'],
    ['/v1/stream/a/../b', 'invalid-path'],
    ['/v1/stream/a%2f..%2fb', 'invalid-path'],
    ['/v1/stream/.', 'invalid-path'],
    [`/v1/stream/${'x'.repeat(1025)}`, 'path-too-long'],
    [`/v1/stream/${'%C3%BC'.repeat(513)}`, 'path-too-long'],
    ['/v1/stream/__ds/subscriptions/1', 'no-route'],
    ['/v2/stream/a', 'no-route'],
  ])('%s is refused', (pathname, code) => {
    expect(path(pathname)).toMatchObject({ code })
  })

  it.each([
    ['http://host/a?b=c#d', '/a', 'b=c'],
    ['http://[/a/b', '/a/b', ''],
    ['http://host', '/', ''],
    ['http://host/a#b?c', '/a', ''],
    ['/a?b', '/a', 'b'],
  ])('%s is split without parsing its host', (url, pathname, search) => {
    expect(splitUrl(url)).toEqual({ pathname, search })
  })
})

describe('offsets', () => {
  it('rise as strings wherever the number of digits changes (S3-24)', () => {
    const positions = [0, 1, 9, 10, 11, 99, 100, 999_999, 1_000_000, 2 ** 32, 2 ** 53 - 1]
    const offsets = positions.map(formatOffset)
    expect(offsets.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(offsets)
    expect(offsets.map(parseOffset)).toEqual(positions)
    expect(new Set(offsets.map((offset) => offset.length)).size).toBe(1)
  })

  it.each([
    'abc',
    '-5',
    '1.5',
    '',
    '0',
    ' -1',
    'NOW',
    '1e3',
    'x'.repeat(10_000),
    '0000000000000001_0000000000000000',
    '0000000000000000_9999999999999999',
  ])('does not take %j for one', (text) => {
    expect(readStart(text)).toBeUndefined()
  })

  it('knows the two sentinels', () => {
    expect(readStart('-1')).toBe(0)
    expect(readStart('now')).toBe('now')
  })
})

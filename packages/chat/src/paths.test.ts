import { expect, test } from 'vitest'
import { pathsBelow, sessionPath } from './paths.ts'

test('S4-28 an id is one stream, wherever it is asked for, and no other id is', () => {
  const ids = ['a', 'A', 'a b', 'a/b', 'a%2Fb', 'ü', '../sessions', '?x', '#x']
  const paths = ids.map((id) => new URL(sessionPath(id), 'https://relay.example').pathname)
  expect(new Set(paths).size).toBe(ids.length)
  for (const path of paths) expect(path).toMatch(/^\/v1\/stream\/session\/[^/]+$/u)
  expect(pathsBelow().session('a b')).toBe(sessionPath('a b'))
  expect(pathsBelow('users/ada').session('a')).toBe('/v1/stream/users/ada/session/a')
})

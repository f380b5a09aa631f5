import { expect, test } from 'vitest'
import { routeOf, sessionPath } from './route.ts'

test.each(['room-mono', 'a b/ü%', '日本', '..'])('session %s has an address that leads back to it', (id) => {
  expect(routeOf(sessionPath(id))).toEqual({ page: 'session', id })
})

test.each(['/', '/s/', '/s/a/b', '/elsewhere', '/s/%E0%A4%A'])('%s is home', (path) => {
  expect(routeOf(path)).toEqual({ page: 'home' })
})

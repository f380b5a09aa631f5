import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url)
const SOCKETS = /from 'node:(?:net|http|https|http2|dgram|tls|child_process|cluster)'/u

test.each([
  'apps/agent/src',
  'apps/web/src',
  'packages/chat/src',
  'packages/client/src',
  'packages/state/src',
])('S1-56 no unit test of %s opens a socket or starts a process', (folder) => {
  const files = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
  const tests = files.filter((name) => /\.test\.tsx?$/u.test(name))
  expect(tests.length).toBeGreaterThan(3)
  const open = tests.filter((name) => SOCKETS.test(readFileSync(new URL(`${folder}/${name}`, root), 'utf8')))
  expect(open).toEqual([])
})

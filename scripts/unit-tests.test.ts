import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('..', import.meta.url)
const SOCKETS = /from 'node:(?:net|http|https|http2|dgram|tls|child_process|cluster)'/u
const DRAWS = /from 'fast-check'/u

/** Tests of a folder that hold `what`. */
function testsWith(what: RegExp, folder: string): readonly string[] {
  const files = readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
  const tests = files.filter((name) => /\.test\.tsx?$/u.test(name))
  expect(tests.length).toBeGreaterThan(3)
  return tests.filter((name) => what.test(readFileSync(new URL(`${folder}/${name}`, root), 'utf8')))
}

/** Those have lanes of their own: searches, and stores on a real disk. */
const ELSEWHERE = /\.(?:property|model)\.test\.ts$|^stores\//u

const FOLDERS = [
  'apps/agent/src',
  'apps/web/src',
  'packages/chat/src',
  'packages/client/src',
  'packages/state/src',
]

test.each(FOLDERS)('S1-56 no unit test of %s opens a socket or starts a process', (folder) => {
  expect(testsWith(SOCKETS, folder)).toEqual([])
})

test.each([...FOLDERS, 'apps/relay/src'])(
  'no unit test of %s draws at random: searches have a lane',
  (folder) => {
    expect(testsWith(DRAWS, folder).filter((name) => !ELSEWHERE.test(name))).toEqual([])
  },
)

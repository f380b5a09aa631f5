import { expect, test } from 'vitest'
import { OptionError, readOptions } from './options.ts'

const read = (...args: string[]) => readOptions(args, {})

test.each([
  ['0', 0],
  ['50', 50],
  ['x', 600_000],
  ['-1', 600_000],
  ['', 600_000],
])('S1-17 --idle-ms=%s is %d', (text, expected) => {
  expect(read(`--idle-ms=${text}`)?.timing.idleMs).toBe(expected)
  expect(readOptions([], { AGENT_IDLE_MS: text })?.timing.idleMs).toBe(expected)
})

test('flags win over the environment; without either there is a demo for the relay next door', () => {
  expect(read()).toMatchObject({
    relay: 'http://127.0.0.1:4437',
    id: 'agent',
    engine: 'demo',
    workspaces: {},
  })
  const env = { RELAY_URL: 'http://a', AGENT_ID: 'b', AGENT_ENGINE: 'cli', AGENT_COMMAND: 'claude --debug' }
  expect(readOptions(['--id', 'c'], env)).toMatchObject({
    relay: 'http://a',
    id: 'c',
    engine: 'cli',
    command: ['claude', '--debug'],
  })
})

test('S1-37 questions are asked unless that is said', () => {
  expect(read()?.skipPermissions).toBe(false)
  expect(read('--skip-permissions')?.skipPermissions).toBe(true)
})

test.each([
  ['--relay', 'ftp://x'],
  ['--engine', 'magic'],
  ['--id', 'a b'],
  ['--workspace', 'folder'],
  ['--workspace', '=folder'],
  ['--command', ' '],
  ['--rocket', 'x'],
])('%s %j is refused in one line', (...args) => {
  expect(() => read(...args)).toThrow(OptionError)
})

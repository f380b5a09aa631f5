import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { testClock } from '../../testing/clock.ts'
import { type RawChild, startChild } from './child.ts'
import { cliEngine } from './cli.ts'

/** A process of which the test says what happens to it, and when. */
function fakeProcess() {
  const output = () => Object.assign(new EventEmitter(), { setEncoding: () => undefined })
  const [stdout, stderr] = [output(), output()]
  const written: string[] = []
  const stdin = Object.assign(new EventEmitter(), {
    write: (text: string) => written.push(text) > 0,
    end: () => undefined,
  })
  const child = Object.assign(new EventEmitter(), { pid: 1, stdin, stdout, stderr, kill: () => true })
  setImmediate(() => child.emit('spawn'))
  return { child: child as unknown as RawChild & EventEmitter, stdout, stderr, written }
}

const delta = (text: string) =>
  JSON.stringify({ type: 'stream_event', event: { type: 'content_block_delta', index: 0, delta: { text } } })
const opening = [
  { type: 'stream_event', event: { type: 'message_start', message: { id: 'm' } } },
  { type: 'stream_event', event: { type: 'content_block_start', index: 0, content_block: { type: 'text' } } },
].map((line) => JSON.stringify(line))
const RESULT = JSON.stringify({ type: 'result', subtype: 'success' })

const context = { session: 's', workspace: undefined, dirs: [], resumes: false }
const asked = { run: 'p', text: 'x', name: 'ada', model: undefined, mode: undefined, files: [], history: [] }

test.each([
  ['with a result', [RESULT], 'result'],
  ['without one', [], 'EngineError'],
])(
  'S1-26 the last output and the exit in one tick, %s, 500 times: the output is there, in order',
  async (_, last, end) => {
    for (let n = 0; n < 500; n++) {
      const { child, stdout } = fakeProcess()
      const clock = testClock()
      const engine = cliEngine({
        command: ['x'],
        models: [],
        skipPermissions: false,
        clock,
        spawn: () => child,
        signalGroup: () => undefined,
      })
      const session = await engine.open(context, new AbortController().signal)
      const seen: string[] = []
      setImmediate(() => {
        const bytes = [...opening, delta('last'), ...last].map((line) => `${line}\n`).join('')
        const cut = n % bytes.length
        // In every order that Node has: the exit before the rest of the output, or after it.
        stdout.emit('data', bytes.slice(0, cut))
        if (n % 2 === 0) child.emit('exit', 0, null)
        stdout.emit('data', bytes.slice(cut))
        if (n % 2 === 1) child.emit('exit', 0, null)
        child.emit('close', 0, null)
      })
      try {
        for await (const event of session.prompt(asked))
          if (event.type !== 'usage') seen.push(event.type === 'text' ? event.text : event.type)
      } catch (error) {
        seen.push((error as Error).name)
      }
      expect(seen).toEqual(['last', end])
      expect(session.alive).toBe(false)
      expect(clock.timers).toBe(0)
    }
  },
)

test('output that a grandchild holds open is not waited for without end', async () => {
  const { child, stdout } = fakeProcess()
  const clock = testClock()
  const lines: string[] = []
  const started = await startChild({
    command: ['x'],
    cwd: undefined,
    clock,
    spawn: () => child,
    signalGroup: () => undefined,
    onLine: (line) => lines.push(line),
  })
  stdout.emit('data', 'half a line')
  child.emit('exit', 3, null)
  clock.advance(1_000)
  expect(await started.ended).toMatchObject({ code: 3 })
  expect(lines).toEqual(['half a line'])
})

test('S1-19 a process that ignores signals is made to end', async () => {
  const { child } = fakeProcess()
  const clock = testClock()
  const signals: string[] = []
  const started = await startChild({
    command: ['x'],
    cwd: undefined,
    clock,
    spawn: () => child,
    signalGroup(_, signal) {
      signals.push(signal)
      if (signal === 'SIGKILL') child.emit('close', null, 'SIGKILL')
    },
    onLine: () => undefined,
  })
  const stopped = started.stop()
  expect(signals).toEqual(['SIGTERM'])
  clock.advance(1_000)
  await stopped
  expect(signals).toEqual(['SIGTERM', 'SIGKILL'])
  expect(clock.timers).toBe(0)
})

test.each([
  ['ENOENT', 'not-installed'],
  ['EACCES', 'not-permitted'],
  ['EMFILE', 'not-started'],
])('S1-54 a command that does not start with %s says so: %s', async (code, expected) => {
  const { child } = fakeProcess()
  child.removeAllListeners()
  queueMicrotask(() => child.emit('error', Object.assign(new Error('spawn'), { code })))
  const starting = startChild({
    command: ['claude'],
    cwd: undefined,
    clock: testClock(),
    spawn: () => child,
    signalGroup: () => undefined,
    onLine: () => undefined,
  })
  await expect(starting).rejects.toMatchObject({
    code: expected,
    message: expect.stringContaining('"claude"'),
  })
})

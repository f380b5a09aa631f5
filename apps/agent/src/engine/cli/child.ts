import type { SpawnOptions } from 'node:child_process'
import type { Clock } from '../../clock.ts'
import { EngineError } from '../engine.ts'
import { lineSplitter } from './lines.ts'

/** After an exit, how long output that a grandchild may still hold open is waited for. */
const DRAIN_MS = 1_000

/** From the signal that asks to the one that does not. */
const KILL_MS = 1_000

/** Characters of stderr that are kept for the message. */
const STDERR = 2_000

/** What is used of Node's child process. */
export interface RawChild {
  readonly pid?: number | undefined
  readonly stdin: {
    write(text: string): boolean
    end(): void
    on(event: 'error', fn: () => void): unknown
  } | null
  readonly stdout: Output | null
  readonly stderr: Output | null
  on(event: 'spawn', fn: () => void): unknown
  on(event: 'error', fn: (error: NodeJS.ErrnoException) => void): unknown
  on(event: 'exit' | 'close', fn: (code: number | null, signal: string | null) => void): unknown
  kill(signal: NodeJS.Signals): boolean
}

interface Output {
  setEncoding(encoding: 'utf8'): unknown
  on(event: 'data', fn: (text: string) => void): unknown
}

export type Spawn = (command: string, args: string[], options: SpawnOptions) => RawChild

export interface Exit {
  readonly code: number | null
  readonly signal: string | null
  /** The end of what it wrote there. */
  readonly stderr: string
}

/** A process that speaks in lines. */
export interface Child {
  write(line: string): void
  /** Resolves after its last line was handed over: an exit is no end of the output. */
  readonly ended: Promise<Exit>
  readonly alive: boolean
  /** Asks it to end, and makes it a second later. Resolves when it is gone. */
  stop(): Promise<void>
}

export interface ChildOptions {
  readonly spawn: Spawn
  readonly clock: Clock
  readonly command: readonly string[]
  readonly cwd: string | undefined
  readonly onLine: (line: string) => void
  /** Ends the process group, so that what the process has started ends with it. */
  readonly signalGroup: (pid: number, signal: NodeJS.Signals) => void
}

/** Starts a process; rejects with an `EngineError` where there is no such command. */
export async function startChild(options: ChildOptions): Promise<Child> {
  const { clock, onLine, cwd } = options
  const [command = '', ...args] = options.command
  const child = options.spawn(command, args, {
    stdio: 'pipe',
    detached: true,
    ...(cwd !== undefined && { cwd }),
  })
  let alive = true
  let stderr = ''
  const lines = lineSplitter(onLine)

  child.stdout?.setEncoding('utf8')
  child.stdout?.on('data', (text) => lines.push(text))
  child.stderr?.setEncoding('utf8')
  child.stderr?.on('data', (text) => {
    stderr = (stderr + text).slice(-STDERR)
  })
  // A write to a process that has gone is told by its exit.
  child.stdin?.on('error', () => undefined)

  const ended = new Promise<Exit>((resolve) => {
    const finish = (code: number | null, signal: string | null) => {
      alive = false
      lines.end()
      resolve({ code, signal, stderr: stderr.trim() })
    }
    let cancel: (() => void) | undefined
    child.on('exit', (code, signal) => {
      alive = false
      cancel = clock.after(DRAIN_MS, () => finish(code, signal))
    })
    child.on('close', (code, signal) => {
      cancel?.()
      finish(code, signal)
    })
  })

  await new Promise<void>((resolve, reject) => {
    child.on('spawn', resolve)
    child.on('error', (error) => reject(explain(error, command, cwd)))
  })

  const signal = (name: NodeJS.Signals) => {
    if (child.pid !== undefined) options.signalGroup(child.pid, name)
  }
  let stopping: Promise<void> | undefined

  return {
    write: (line) => void child.stdin?.write(`${line}\n`),
    ended,
    get alive() {
      return alive
    },
    stop() {
      stopping ??= (async () => {
        if (!alive) return
        child.stdin?.end()
        signal('SIGTERM')
        const cancel = clock.after(KILL_MS, () => signal('SIGKILL'))
        await ended
        cancel()
      })()
      return stopping
    },
  }
}

/** Looked into only now that it has failed. */
function explain(error: NodeJS.ErrnoException, command: string, cwd: string | undefined): EngineError {
  switch (error.code) {
    case 'ENOENT':
      return new EngineError(
        'not-installed',
        `"${command}" cannot be started`,
        `Install ${command}, or name another command with --command${cwd === undefined ? '' : `, and see that ${cwd} exists`}.`,
      )
    case 'EACCES':
      return new EngineError('not-permitted', `"${command}" may not be run by this user`)
    default:
      return new EngineError('not-started', `"${command}" did not start: ${error.message}`)
  }
}

import { createHash } from 'node:crypto'
import type { Clock } from '../../clock.ts'
import {
  type Engine,
  type EngineContext,
  EngineError,
  type EngineEvent,
  type EngineSession,
} from '../engine.ts'
import { type Child, type Exit, type Spawn, startChild } from './child.ts'
import { createReader } from './read.ts'
import { answerLine, controlLine, promptLine } from './write.ts'

export interface CliOptions {
  /** The command and its first words. */
  readonly command: readonly string[]
  readonly models: readonly string[]
  /** Nobody is asked for anything. */
  readonly skipPermissions: boolean
  readonly clock: Clock
  readonly spawn: Spawn
  readonly signalGroup: (pid: number, signal: NodeJS.Signals) => void
}

const SPEAK = [
  '-p',
  '--input-format',
  'stream-json',
  '--output-format',
  'stream-json',
  '--verbose',
  '--include-partial-messages',
]

/** A command that stays, reads prompts as JSON lines and answers in JSON lines. */
export function cliEngine(options: CliOptions): Engine {
  return {
    name: 'cli',
    models: options.models,
    needsWorkspace: true,
    open: (context, signal) => openSession(options, context, signal),
  }
}

async function openSession(
  options: CliOptions,
  context: EngineContext,
  signal: AbortSignal,
): Promise<EngineSession> {
  let reader = createReader()
  let hear: ((event: EngineEvent | Exit) => void) | undefined
  /** The command has said something in its present life. */
  let spoken = false
  let fresh = !context.resumes
  let controls = 0
  let model: string | undefined
  let mode: string | undefined
  let current: Child | undefined
  let leaving: Promise<void> | undefined

  /** The next prompt gets another process. */
  const leave = () => {
    leaving = current?.stop() ?? leaving
    current = undefined
  }

  const start = async (): Promise<Child> => {
    reader = createReader()
    spoken = false
    const child = await startChild({
      ...options,
      command: [...options.command, ...argsOf(options, context, fresh)],
      cwd: context.workspace,
      onLine(line) {
        spoken = true
        for (const event of reader.read(line)) hear?.(event)
        if (reader.broken) leave()
      },
    })
    void child.ended.then((exit) => {
      if (child === current) hear?.(exit)
    })
    return child
  }

  current = await start()
  if (signal.aborted) await current.stop()

  const control = (request: Readonly<Record<string, unknown>>) =>
    current?.write(controlLine(`strandline-${++controls}`, request))

  return {
    async *prompt(prompt) {
      const heard: (EngineEvent | Exit)[] = []
      let wake: (() => void) | undefined
      hear = (event) => {
        heard.push(event)
        wake?.()
      }
      const send = () => {
        if (prompt.model !== undefined && prompt.model !== model)
          control({ subtype: 'set_model', model: prompt.model })
        if (prompt.mode !== undefined && prompt.mode !== mode)
          control({ subtype: 'set_permission_mode', mode: prompt.mode })
        model = prompt.model ?? model
        mode = prompt.mode ?? mode
        current?.write(promptLine(prompt))
      }
      try {
        if (current?.alive === false) heard.push(await current.ended)
        else send()
        for (;;) {
          const event = heard.shift()
          if (event === undefined) {
            await new Promise<void>((resolve) => {
              wake = resolve
            })
          } else if ('type' in event) {
            yield event
            if (event.type === 'result' || event.type === 'failure') return
          } else if (!spoken && !fresh) {
            // It knows nothing of this session: another engine may have answered before.
            fresh = true
            current = await start()
            send()
          } else throw exitError(event)
        }
      } finally {
        hear = undefined
      }
    },
    answer(question, allowed) {
      current?.write(answerLine(question, allowed, reader.inputOf(question)))
    },
    interrupt: () => control({ subtype: 'interrupt' }),
    get alive() {
      return current?.alive === true
    },
    async close() {
      await Promise.all([current?.stop(), leaving])
    },
  }
}

function argsOf({ skipPermissions }: CliOptions, { session, dirs }: EngineContext, fresh: boolean): string[] {
  return [
    ...SPEAK,
    ...(skipPermissions ? ['--dangerously-skip-permissions'] : ['--permission-prompt-tool', 'stdio']),
    fresh ? '--session-id' : '--resume',
    uuidOf(session),
    ...dirs.flatMap((dir) => ['--add-dir', dir]),
  ]
}

/** A session's id where it is a UUID, as the chat makes them; else one that follows from it. */
function uuidOf(session: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(session)) return session
  const hex = createHash('sha256').update(session).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

function exitError({ code, signal, stderr }: Exit): EngineError {
  const how = signal === null ? `with code ${code}` : `by ${signal}`
  const said = stderr.split('\n').at(-1)
  return new EngineError('exit', `the engine ended ${how} before its answer did${said ? `: ${said}` : ''}`)
}

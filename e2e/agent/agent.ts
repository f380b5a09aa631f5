import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { eventually } from '../harness/eventually.ts'
import { at } from '../harness/script.ts'
import type { Resource } from '../harness/use.ts'

export interface AgentProcess extends Resource {
  readonly output: string
  readonly exit: Promise<unknown>
  readonly pid: number
  /** kill -9: no goodbye. */
  kill(): Promise<void>
  stop(): Promise<void>
}

export interface AgentProcessOptions {
  readonly relay: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Resolve before it follows the sessions. */
  readonly early?: boolean
}

/** The built agent, in a process of its own. */
export async function runAgent({
  relay,
  args = [],
  env = {},
  early = false,
}: AgentProcessOptions): Promise<AgentProcess> {
  const { PATH = '', HOME = '' } = process.env
  const child: ChildProcess = spawn(
    process.execPath,
    [at('apps/agent/dist/main.js'), '--relay', relay, ...args],
    {
      env: { PATH, HOME, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  const exit = once(child, 'exit')
  const gone = () => child.exitCode !== null || child.signalCode !== null
  const last = () => child.kill('SIGKILL')
  process.once('exit', last)
  void exit.then(() => process.off('exit', last))
  if (!early) await eventually(() => gone() || output.includes(' serves '))
  const end = async (signal: NodeJS.Signals) => {
    if (!gone()) child.kill(signal)
    await exit
  }
  return {
    get output() {
      return output
    },
    exit,
    pid: child.pid ?? 0,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    dispose: () => end('SIGKILL'),
  }
}

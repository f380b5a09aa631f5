import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Resource } from './use.ts'

/** @param path relative to the repository */
export const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

export interface Script extends Resource {
  readonly child: ChildProcess
  readonly stdout: string
  readonly stderr: string
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<unknown>
}

export interface ScriptOptions {
  args?: string[]
  cwd?: string
  env?: Record<string, string>
}

/** A script or bin of ours as a person starts it, with nothing in its environment but what is said here. */
export function runScript(path: string, { args = [], cwd = at('.'), env = {} }: ScriptOptions = {}): Script {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(process.execPath, [at(path), ...args], { cwd, env: { PATH, HOME, ...env } })
  const exit = once(child, 'close')
  const script = {
    child,
    stdout: '',
    stderr: '',
    exit,
    async dispose() {
      child.kill('SIGTERM')
      await exit
    },
  }
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    script.stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    script.stderr += text
  })
  return script
}

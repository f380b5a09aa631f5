import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { at } from './script.ts'
import type { Resource } from './use.ts'

export interface AgentProcess extends Resource {
  /** kill -9: no goodbye. */
  kill(): Promise<void>
  start(): void
}

/** The demo agent as people run it: the built bin, in a process of its own. */
export async function startAgent(relay: string, flags: readonly string[] = []): Promise<AgentProcess> {
  const args = [at('apps/agent/dist/main.js'), '--relay', relay, ...flags]
  const launch = () => spawn(process.execPath, args, { stdio: 'ignore' })
  let child = launch()
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null) return
    const exit = once(child, 'exit')
    child.kill(signal)
    await exit
  }
  return {
    start() {
      child = launch()
    },
    kill: () => end('SIGKILL'),
    dispose: () => end('SIGKILL'),
  }
}

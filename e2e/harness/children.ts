import type { ChildProcess } from 'node:child_process'

const running = new Set<ChildProcess>()

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Sees to it that `child` does not outlive this process. */
export function reap(child: ChildProcess): void {
  running.add(child)
  child.once('exit', () => running.delete(child))
}

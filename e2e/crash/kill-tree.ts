import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

/** The process that has a Chromium profile open: its lock is a link to `host-pid`. */
export function ownerOf(profile: string): number {
  return Number(readlinkSync(join(profile, 'SingletonLock')).split('-').at(-1))
}

/** SIGKILL for a process and all that descends from it; it is stopped first, so that it starts nothing meanwhile. */
export function killTree(root: number): void {
  process.kill(root, 'SIGSTOP')
  for (const pid of [root, ...descendants(root, parents())]) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // It has ended by itself.
    }
  }
}

/** The parent of each process there is. */
function parents(): Map<number, number> {
  const found = new Map<number, number>()
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      // After the name in brackets: the state, then the parent.
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
      found.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]))
    } catch {
      // It has ended since.
    }
  }
  return found
}

function descendants(root: number, parentOf: ReadonlyMap<number, number>): number[] {
  const children = [...parentOf].filter(([, parent]) => parent === root).map(([pid]) => pid)
  return children.flatMap((pid) => [pid, ...descendants(pid, parentOf)])
}

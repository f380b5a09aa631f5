import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const OWNER = 'owner'

/**
 * Takes a data folder for this process; returns the id of the process that has it instead, if one is alive.
 * A crash leaves the mark behind: it counts only while the very process that set it runs.
 */
export async function takeFolder(folder: string): Promise<number | undefined> {
  const file = join(folder, OWNER)
  const [id = '', born = ''] = (await readFile(file, 'utf8').catch(() => '')).split(' ')
  const owner = Number(id)
  if (owner > 0 && owner !== process.pid && (await isAlive(owner, born))) return owner
  await writeFile(file, `${process.pid} ${await birthOf(process.pid)}`)
  return undefined
}

export async function leaveFolder(folder: string): Promise<void> {
  await rm(join(folder, OWNER), { force: true })
}

async function isAlive(pid: number, born: string): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
  return (await birthOf(pid)) === born
}

/** When a process began, as Linux counts it; the same for all where there is no /proc. */
async function birthOf(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? ''
}

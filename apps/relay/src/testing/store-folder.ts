import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Folders for stores, all removed by `dispose`. */
export class StoreFolders {
  readonly #made: string[] = []

  async make(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'strandline-lmdb-'))
    this.#made.push(path)
    return path
  }

  /** As the disk would be, were the process that has `path` open killed now. */
  async crash(path: string): Promise<string> {
    const copy = await this.make()
    do await cp(path, copy, { recursive: true })
    while (!(await isSame(path, copy)))
    return copy
  }

  async dispose(): Promise<void> {
    for (const path of this.#made.splice(0)) await rm(path, { recursive: true })
  }
}

/** A copy is of one moment only if nothing was written meanwhile. */
async function isSame(path: string, copy: string): Promise<boolean> {
  for (const name of await readdir(path)) {
    const [one, other] = await Promise.all([readFile(join(path, name)), readFile(join(copy, name))])
    if (!one.equals(other)) return false
  }
  return true
}

import { spawn } from 'node:child_process'
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DATA = 'data.mdb'
const CLEAN = 'clean'

/** The two places LMDB writes its root to in turn, and where in them its magic and its count of commits are. */
const META_PAGES = [0, 4096] as const
const META_LENGTH = 4096
const MAGIC_AT = 24
const MAGIC = 0xbeefc0de
const COMMIT_AT = 152

export type Mended =
  | { readonly kind: 'sound' }
  /** The last commit was torn and is undone; what was there before is in `kept`. */
  | { readonly kind: 'repaired'; readonly kept: string }
  /** Beyond repair: all of it is in `kept`, and the folder is empty. */
  | { readonly kind: 'set-aside'; readonly kept: string }

/**
 * Makes sure that the LMDB store in `folder` can be opened. To be called before it is; looks closely only
 * when the store was not closed well, or changed since. Nothing is ever overwritten.
 */
export async function mend(folder: string, now: number): Promise<Mended> {
  const found = await stat(join(folder, DATA)).catch(() => undefined)
  if (!found) return { kind: 'sound' }
  const mark = await readFile(join(folder, CLEAN), 'utf8').catch(() => undefined)
  await rm(join(folder, CLEAN), { force: true })
  if (mark === markOf(found) || (await isSound(folder))) return { kind: 'sound' }
  const kept = join(folder, `damaged-${new Date(now).toISOString().replaceAll(':', '-')}`)
  await mkdir(kept)
  const undone = await undoLastCommit(folder, kept)
  await rename(join(folder, DATA), join(kept, DATA))
  await rename(join(folder, 'lock.mdb'), join(kept, 'lock.mdb')).catch(() => {})
  if (!undone) return { kind: 'set-aside', kept }
  await rename(join(undone, DATA), join(folder, DATA))
  await rm(undone, { recursive: true })
  return { kind: 'repaired', kept }
}

/** To be called after the store was closed, so that the next start need not look closely. */
export async function markClean(folder: string): Promise<void> {
  await writeFile(join(folder, CLEAN), markOf(await stat(join(folder, DATA))))
}

function markOf({ mtimeMs, size }: { mtimeMs: number; size: number }): string {
  return `${size} ${mtimeMs}`
}

/** Rejects when the walk itself could not be done: then nothing is known of the store, and it is left alone. */
function isSound(folder: string): Promise<boolean> {
  const program = fileURLToPath(new URL('./lmdb-walk.js', import.meta.url))
  const walk = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'ignore'] })
  let walking = false
  walk.stdout.on('data', () => {
    walking = true
  })
  return new Promise((resolve, reject) => {
    walk.once('error', reject)
    walk.once('close', (code, signal) => {
      if (code === 0) resolve(true)
      else if (walking && (code === 1 || (signal !== null && CRASHES.has(signal)))) resolve(false)
      else reject(new Error('the store could not be checked'))
    })
  })
}

/** How reading a damaged map ends a process. */
const CRASHES: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL'])

/** A copy of the store as of the commit before the last, in a folder within `kept`, if that one is sound. */
async function undoLastCommit(folder: string, kept: string): Promise<string | undefined> {
  const candidate = join(kept, 'undone')
  await mkdir(candidate)
  await copyFile(join(folder, DATA), join(candidate, DATA))
  if ((await dropNewerMeta(join(candidate, DATA))) && (await isSound(candidate))) return candidate
  await rm(candidate, { recursive: true })
  return undefined
}

async function dropNewerMeta(file: string): Promise<boolean> {
  const handle = await open(file, 'r+')
  try {
    const metas = await Promise.all(
      META_PAGES.map(async (at) => (await handle.read(Buffer.alloc(META_LENGTH), 0, META_LENGTH, at)).buffer),
    )
    if (!metas.every((meta) => meta.readUInt32LE(MAGIC_AT) === MAGIC)) return false
    const [first, second] = metas.map((meta) => meta.readBigUInt64LE(COMMIT_AT))
    if (first === undefined || second === undefined || first === second) return false
    const [older, newer] = first < second ? [0, 1] : [1, 0]
    const meta = Buffer.from(metas[older] ?? [])
    meta.writeUInt8(newer, 0)
    await handle.write(meta, 0, META_LENGTH, META_PAGES[newer])
    return true
  } finally {
    await handle.close()
  }
}

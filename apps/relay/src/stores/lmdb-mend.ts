import { spawn } from 'node:child_process'
import { copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { JOURNAL_FILES } from './journal-files.ts'
import { renewLives } from './lmdb-renew.ts'

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
  /** A commit of LMDB's was torn and is done again from the journal; what was there before is in `kept`. */
  | { readonly kind: 'repaired'; readonly kept: string }
  /** The last writes are lost: all streams begin another life, and what was there before is in `kept`. */
  | { readonly kind: 'cut'; readonly kept: string }
  /** Beyond repair: all of it is in `kept`, and the folder is empty. */
  | { readonly kind: 'set-aside'; readonly kept: string }

/**
 * Makes sure that the store in `folder` can be opened. To be called before it is; looks closely only when the
 * store was not closed well, or changed since. Nothing is ever overwritten.
 */
export async function mend(folder: string, now: number): Promise<Mended> {
  const found = await stat(join(folder, DATA)).catch(() => undefined)
  if (!found) return { kind: 'sound' }
  const mark = await readFile(join(folder, CLEAN), 'utf8').catch(() => undefined)
  await rm(join(folder, CLEAN), { force: true })
  if (mark === markOf(found)) return { kind: 'sound' }
  const walked = await walk(folder)
  if (walked === 'sound') return { kind: 'sound' }
  const kept = join(folder, `damaged-${new Date(now).toISOString().replaceAll(':', '-')}`)
  await mkdir(kept)
  if (walked === 'journal-damaged') return cut(folder, kept)
  const undone = await undoLastCommit(folder, kept)
  await move(folder, kept, [DATA, 'lock.mdb'])
  if (undone === undefined) {
    await move(folder, kept, JOURNAL_FILES)
    return { kind: 'set-aside', kept }
  }
  await rename(join(undone.folder, DATA), join(folder, DATA))
  await rm(undone.folder, { recursive: true })
  return undone.walked === 'sound' ? { kind: 'repaired', kept } : cut(folder, kept)
}

/** Goes on with what LMDB holds. Another life for each stream: readers may have seen more of this one. */
async function cut(folder: string, kept: string): Promise<Mended> {
  await copyFile(join(folder, DATA), join(kept, 'cut.mdb'))
  await move(folder, kept, JOURNAL_FILES)
  await renewLives(folder)
  return { kind: 'cut', kept }
}

async function move(from: string, to: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    await rename(join(from, name), join(to, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
}

/** To be called after the store was closed, so that the next start need not look closely. */
export async function markClean(folder: string): Promise<void> {
  await writeFile(join(folder, CLEAN), markOf(await stat(join(folder, DATA))))
}

function markOf({ mtimeMs, size }: { mtimeMs: number; size: number }): string {
  return `${size} ${mtimeMs}`
}

type Walked = 'sound' | 'journal-damaged' | 'damaged'

/** Rejects when the walk itself could not be done: then nothing is known of the store, and it is left alone. */
function walk(folder: string): Promise<Walked> {
  const program = fileURLToPath(new URL('./lmdb-walk.js', import.meta.url))
  const child = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'ignore'] })
  let walking = false
  child.stdout.on('data', () => {
    walking = true
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve('sound')
      else if (walking && code === 3) resolve('journal-damaged')
      else if (walking && (code === 1 || (signal !== null && CRASHES.has(signal)))) resolve('damaged')
      else reject(new Error('the store could not be checked'))
    })
  })
}

/** How reading a damaged map ends a process. */
const CRASHES: ReadonlySet<string> = new Set(['SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGILL'])

/** The store as of LMDB's commit before the last, in a folder within `kept`, if that can be read. */
async function undoLastCommit(
  folder: string,
  kept: string,
): Promise<{ folder: string; walked: Exclude<Walked, 'damaged'> } | undefined> {
  const candidate = join(kept, 'undone')
  await mkdir(candidate)
  for (const name of [DATA, ...JOURNAL_FILES]) {
    await copyFile(join(folder, name), join(candidate, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error
    })
  }
  const walked = (await dropNewerMeta(join(candidate, DATA))) ? await walk(candidate) : 'damaged'
  if (walked !== 'damaged') return { folder: candidate, walked }
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

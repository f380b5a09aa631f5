import { constants } from 'node:fs'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Changes } from './changes.ts'
import { decodeFrame, hasFrameFrom } from './journal-frame.ts'

export const JOURNAL_FILES: readonly [string, string] = ['journal-0', 'journal-1']

/** What a store knows of its journal. */
export interface Marks {
  /** The number of the last frame that is in the tables too. */
  readonly applied: number
  /** Where the checksums of the frames start from. */
  readonly salt: number
}

/** Of a store that begins. */
export function newMarks(): Marks {
  return { applied: 0, salt: crypto.getRandomValues(new Uint32Array(1))[0] ?? 0 }
}

/** Frames of one file that the tables may not hold yet. */
export interface Stretch {
  readonly changes: Changes
  /** The number of the last one. */
  readonly last: number
  /** Which file they are in, and the position after them. */
  readonly file: 0 | 1
  readonly end: number
}

/** What was durable once is missing: a file, a frame before others, or a part of one. */
export class JournalDamage extends Error {
  constructor() {
    super('the journal is damaged')
  }
}

/** Written ahead: bytes within a file reach the disk in half the time of bytes that make it longer. */
export const FILE_BYTES: number = 2 * 1024 * 1024

/** Each write is on disk when it returns: one call, where a flush would be a second. */
const FLAGS = constants.O_RDWR | constants.O_CREAT | constants.O_DSYNC

export async function openFile(folder: string, name: string): Promise<FileHandle> {
  const file = await open(join(folder, name), FLAGS)
  if ((await file.stat()).size > 0) return file
  await file.write(Buffer.alloc(FILE_BYTES))
  await file.sync()
  const parent = await open(folder)
  await parent.sync()
  await parent.close()
  return file
}

/**
 * What the files hold beyond `marks.applied`, oldest first. A frame whose write was cut short is as if never
 * begun: nobody was told of it. Rejects with `JournalDamage`.
 */
export async function readJournal(folder: string, marks: Marks): Promise<Stretch[]> {
  const stretches = await Promise.all(
    JOURNAL_FILES.map(async (name, i) => {
      const bytes = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
        if (marks.applied > 0) throw new JournalDamage()
        return Buffer.alloc(0)
      })
      return readFrames(i === 0 ? 0 : 1, bytes, marks)
    }),
  )
  const pending = stretches.filter(({ count }) => count > 0).sort((a, b) => a.last - b.last)
  let last = marks.applied
  for (const stretch of pending) {
    if (stretch.last - stretch.count !== last) throw new JournalDamage()
    last = stretch.last
  }
  return pending
}

function readFrames(file: 0 | 1, bytes: Buffer, { applied, salt }: Marks): Stretch & { count: number } {
  const changes = new Changes()
  let count = 0
  let end = 0
  let last = 0
  for (;;) {
    const frame = decodeFrame(bytes, end, salt)
    if (!frame || (last > 0 && frame.number !== last + 1)) break
    end = frame.end
    last = frame.number
    if (last <= applied) continue
    changes.add(frame.changes)
    count++
  }
  if (hasFrameFrom(bytes, end, Math.max(applied, last) + 1, salt)) throw new JournalDamage()
  return { changes, count, end, file, last }
}

import type { FileHandle } from 'node:fs/promises'
import type { Changes } from './changes.ts'
import {
  FILE_BYTES,
  JOURNAL_FILES,
  type Marks,
  openFile,
  readJournal,
  type Stretch,
} from './journal-files.ts'
import { encodeFrame } from './journal-frame.ts'

/**
 * Two files that are written in turn, from the start on, over what they held: that is in the tables by then.
 * Frames are numbered without a gap, which is what tells those that count from those that are history.
 */
export class Journal {
  readonly #files: readonly [FileHandle, FileHandle]
  readonly #salt: number
  #current: 0 | 1
  #at: number
  #last: number

  private constructor(
    files: readonly [FileHandle, FileHandle],
    { applied, salt }: Marks,
    { end, file, last }: Omit<Stretch, 'changes'> = { end: 0, file: 0, last: applied },
  ) {
    this.#files = files
    this.#salt = salt
    this.#current = file
    this.#at = end
    this.#last = last
  }

  /** Goes on after `pending`, which is what the tables are to take over from before. */
  static async open(folder: string, marks: Marks): Promise<{ journal: Journal; pending: Stretch[] }> {
    const pending = await readJournal(folder, marks)
    const [first, second] = JOURNAL_FILES
    const files = [await openFile(folder, first), await openFile(folder, second)] as const
    return { journal: new Journal(files, marks, pending.at(-1)), pending }
  }

  /** The number of the last frame. */
  get last(): number {
    return this.#last
  }

  /** Bytes in the file that is being written. */
  get size(): number {
    return this.#at
  }

  /** What `append` is to be given next. */
  frame(changes: Changes): Buffer {
    return encodeFrame(this.#last + 1, changes, this.#salt)
  }

  /** Resolves once `frame` is on disk; the next one writes over what did not get there. One at a time. */
  async append(frame: Buffer): Promise<void> {
    const file = this.#files[this.#current]
    if (this.#at === 0 && (await file.stat()).size > FILE_BYTES) await file.truncate(FILE_BYTES)
    for (let done = 0; done < frame.length; ) {
      done += (await file.write(frame, done, frame.length - done, this.#at + done)).bytesWritten
    }
    this.#at += frame.length
    this.#last++
  }

  /** From now on frames go to the other file: the tables must hold all that is in there. */
  turn(): void {
    this.#current = this.#current === 0 ? 1 : 0
    this.#at = 0
  }

  async close(): Promise<void> {
    for (const file of this.#files) await file.close()
  }
}

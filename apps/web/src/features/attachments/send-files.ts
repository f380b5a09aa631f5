import { type Attachment, attachmentItems } from '@strandline/chat'
import { makeId } from '../../sync/id.ts'
import { keptList } from '../../sync/kept-list.ts'
import { attachmentUrl, type Streams } from '../../sync/streams.ts'
import { freeFiles } from './free-files.ts'

/**
 * Attachments that are being saved and that no message names yet: a page that ends in between leaves nothing
 * behind that nobody could see.
 */
const unnamed = keptList('strandline:attaching')
/** Held by each tab while it saves attachments. */
const LOCK = 'strandline:attaching'

/**
 * Saves files on this device, piece by piece, then has `name` save the message that names them. Where either fails
 * the pieces are let go of, and it rejects with the reason.
 */
export async function withFiles(
  streams: Pick<Streams, 'append' | 'free'>,
  session: string,
  files: readonly File[],
  name: (attachments: readonly Attachment[]) => Promise<void>,
): Promise<void> {
  const attachments = files.map((file) => ({
    id: makeId(),
    name: file.name,
    mime: file.type || 'application/octet-stream',
    size: file.size,
  }))
  const urls = attachments.map(({ id }) => attachmentUrl(session, id))
  const save = async () => {
    unnamed.add(urls)
    try {
      for (const [index, file] of files.entries()) {
        const url = urls[index]
        if (url === undefined) continue
        const bytes = new Uint8Array(await file.arrayBuffer())
        await streams.append(url, ...[...attachmentItems(bytes)].map((item) => [item]))
      }
      await name(attachments)
    } catch (error) {
      freeFiles(streams, urls)
      throw error
    } finally {
      unnamed.remove(urls)
    }
  }
  if (!(await underLock({ mode: 'shared' }, save))) await save()
}

/**
 * Lets go of what an earlier page was saving when it ended. While another tab saves attachments it does nothing, nor
 * where tabs cannot tell: rather a few bytes too many than a message without its files.
 */
export async function sweepUnnamed(streams: Pick<Streams, 'free'>): Promise<void> {
  await underLock({ mode: 'exclusive', ifAvailable: true }, async (lock) => {
    if (!lock) return
    const urls = unnamed.get()
    freeFiles(streams, urls)
    unnamed.remove(urls)
  })
}

/** Runs `work` when the lock is there. False, with nothing run, where there are no locks, or storage is blocked and they are denied. */
async function underLock(options: LockOptions, work: (lock: Lock | null) => Promise<void>): Promise<boolean> {
  const { locks } = navigator as Partial<Pick<Navigator, 'locks'>>
  let begun = false
  try {
    await locks?.request(LOCK, options, (lock) => {
      begun = true
      return work(lock)
    })
  } catch (error) {
    if (begun) throw error
  }
  return begun
}

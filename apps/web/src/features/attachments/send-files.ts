import { type Attachment, attachmentItems } from '@strandline/chat'
import { makeId } from '../../sync/id.ts'
import { kept } from '../../sync/kept.ts'
import { attachmentUrl, type Streams } from '../../sync/streams.ts'

/**
 * Attachments that are being saved and that no message names yet: a page that ends in between leaves nothing
 * behind that nobody could see.
 */
const unnamed = kept<readonly string[]>('strandline:attaching', parseUrls, (urls) =>
  urls.length > 0 ? JSON.stringify(urls) : null,
)

/**
 * Saves files on this device, piece by piece, then has `name` save the message that names them. Where either fails
 * the pieces are let go of, and it rejects with the reason.
 */
export async function withFiles(
  streams: Streams,
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
  unnamed.set([...unnamed.get(), ...urls])
  try {
    for (const [index, file] of files.entries()) {
      const url = urls[index]
      if (url === undefined) continue
      const bytes = new Uint8Array(await file.arrayBuffer())
      await streams.append(url, ...[...attachmentItems(bytes)].map((item) => [item]))
    }
    await name(attachments)
  } catch (error) {
    await dropAll(streams, urls)
    throw error
  } finally {
    unnamed.set(unnamed.get().filter((url) => !urls.includes(url)))
  }
}

/** Lets go of what an earlier page was saving when it ended. */
export async function sweepUnnamed(streams: Pick<Streams, 'drop'>): Promise<void> {
  const urls = unnamed.get()
  await dropAll(streams, urls)
  unnamed.set(unnamed.get().filter((url) => !urls.includes(url)))
}

async function dropAll(streams: Pick<Streams, 'drop'>, urls: readonly string[]): Promise<void> {
  for (const url of urls) await streams.drop(url)
}

function parseUrls(stored: string | null): readonly string[] {
  try {
    const urls: unknown = JSON.parse(stored ?? '[]')
    return Array.isArray(urls) ? urls.filter((url) => typeof url === 'string') : []
  } catch {
    return []
  }
}

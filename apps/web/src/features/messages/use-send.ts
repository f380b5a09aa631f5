import type { Message } from '@strandline/chat'
import { useCallback } from 'react'
import { makeId } from '../../sync/id.ts'
import type { MessagesDB } from '../../sync/streams.ts'
import { useStreams } from '../../sync/streams-context.tsx'
import { whyNotKept } from '../../sync/why-not-kept.ts'
import { withFiles } from '../attachments/send-files.ts'
import { profile } from '../profile/profile.ts'
import type { Listing } from '../sessions/listing.ts'
import { useAnnounce } from '../sessions/use-announce.ts'

const NOTHING: readonly File[] = []

export interface Said extends Pick<Message, 'text' | 'attachments'> {
  /** Files that go along, besides attachments that an earlier message has brought. */
  readonly files?: readonly File[]
}

/** Writes a message; resolves when it is kept on this device, rejects with a sentence for its writer. */
export function useSend(db: MessagesDB, listing: Listing): (said: Said) => Promise<void> {
  const streams = useStreams()
  const announce = useAnnounce(listing)
  const { collections } = db
  const { id } = listing.session
  return useCallback(
    async ({ text, attachments, files = NOTHING }) => {
      const me = profile.get()
      const said: Message = {
        id: makeId(),
        author: me.id,
        at: Date.now(),
        text,
        ...(me.name && { name: me.name }),
        ...(attachments && { attachments }),
      }
      const write = async (row: Message) => {
        await collections.messages.insert(row).isPersisted.promise
      }
      try {
        if (files.length === 0) await write(said)
        else
          await withFiles(streams, id, files, (fresh) =>
            write({ ...said, attachments: [...(attachments ?? []), ...fresh] }),
          )
      } catch (error) {
        throw new Error(whyNotKept(error), { cause: error })
      }
      announce(said.at)
      if (!me.met) profile.set({ ...profile.get(), met: true })
    },
    [collections, streams, id, announce],
  )
}

import { SyncError } from '@strandline/client'
import { useCallback } from 'react'
import { makeId } from '../../sync/id.ts'
import type { MessagesDB } from '../../sync/streams.ts'
import { profile } from '../profile/profile.ts'

/** Writes a message; resolves when it is kept on this device, rejects with a sentence for its writer. */
export function useSend({ collections }: MessagesDB): (text: string) => Promise<void> {
  return useCallback(
    async (text) => {
      const me = profile.get()
      const row = { id: makeId(), author: me.id, ...(me.name && { name: me.name }), at: Date.now(), text }
      try {
        await collections.messages.insert(row).isPersisted.promise
      } catch (error) {
        throw new Error(whyNotKept(error), { cause: error })
      }
      if (!me.met) profile.set({ ...me, met: true })
    },
    [collections],
  )
}

export function whyNotKept(error: unknown): string {
  const code = error instanceof SyncError ? error.code : undefined
  switch (code) {
    case 'too-large':
      return 'This is longer than a message may be. Nothing is lost: shorten it, or send it in parts.'
    case 'quota':
      return 'There is no room left on this device, so it could not be kept. Free some space and send again.'
    case 'storage':
      return 'This browser could not keep it on this device. Send again, or reload the page.'
    default:
      return `It could not be sent: ${error instanceof Error ? error.message : String(error)}`
  }
}

import type { Readable } from '@strandline/client'
import { useState } from 'react'
import { useReadable } from '../../sync/use-readable.ts'
import { SparkIcon } from '../../ui/icons.tsx'
import type { Update } from './update.ts'

interface UpdateNoticeProps {
  readonly update: Readable<Update>
  /** Writes that would not outlive this page: nothing is kept on this device. */
  readonly perishable: number
}

/** Offers a newer version; what is written and not sent stays on this device, or is spoken of first. */
export function UpdateNotice({ update, perishable }: UpdateNoticeProps) {
  const now = useReadable(update)
  const [later, setLater] = useState<Update>()
  if (now.state === 'current' || now === later) return null
  return (
    <p className="notice notice-news" role="status" data-testid="update-notice" data-state={now.state}>
      <SparkIcon size={16} />
      <span className="notice-text">
        {perishable > 0
          ? `A new version is ready. ${perishable} of your messages are not sent yet and would be lost: send them first.`
          : 'A new version is ready. Drafts and unsent messages stay.'}
      </span>
      <button
        type="button"
        className="button button-text"
        disabled={perishable > 0}
        data-testid="update-apply"
        onClick={() => now.apply()}
      >
        Reload
      </button>
      <button type="button" className="button button-text" onClick={() => setLater(now)}>
        Later
      </button>
    </p>
  )
}

import type { StreamStatus } from '@strandline/client'
import { AlertIcon } from '../../ui/icons.tsx'

/** Says so where nothing outlives the page: a private window, or storage that is blocked. */
export function StorageNotice({ storage, state }: Pick<StreamStatus, 'storage' | 'state'>) {
  if (storage !== 'memory' || state === 'loading') return null
  return (
    <p className="notice" role="status" data-testid="storage-notice">
      <AlertIcon size={16} />
      Nothing is kept on this device: this browser does not allow it. What is not sent is lost with this page.
    </p>
  )
}

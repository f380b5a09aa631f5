import { SyncError } from '@strandline/client'

/** Why a write could not be kept on this device, in a sentence for its writer. */
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

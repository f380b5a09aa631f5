/** Where the streams are, below the relay's address. */
export const sessionsPath = '/v1/stream/sessions'

export function sessionPath(session: string): string {
  return `/v1/stream/session/${encodeURIComponent(session)}`
}

/** The bytes of an attachment, as pieces: see `attachmentItems`. */
export function attachmentPath(session: string, attachment: string): string {
  return `${sessionPath(session)}/attachment/${encodeURIComponent(attachment)}`
}

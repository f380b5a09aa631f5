/** Where the streams of a chat are, below the relay's address. */
export interface Paths {
  readonly sessions: string
  session(session: string): string
  /** The bytes of an attachment: a stream of its media type, closed when it is whole. */
  attachment(session: string, attachment: string): string
}

/** `root`: a path of streams that is somebody's own (`users/ada`), which credentials can be limited to. */
export function pathsBelow(root = ''): Paths {
  const parts = root.split('/').filter(Boolean).map(encodeURIComponent)
  const base = ['/v1/stream', ...parts].join('/')
  const session = (id: string) => `${base}/session/${encodeURIComponent(id)}`
  return {
    sessions: `${base}/sessions`,
    session,
    attachment: (id, attachment) => `${session(id)}/attachment/${encodeURIComponent(attachment)}`,
  }
}

const paths = pathsBelow()

export const sessionsPath: string = paths.sessions

export const sessionPath = (session: string): string => paths.session(session)

export const attachmentPath = (session: string, attachment: string): string =>
  paths.attachment(session, attachment)

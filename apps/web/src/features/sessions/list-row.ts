import type { Session } from '@strandline/chat'

/** A session as it is written: without what the list and the database know of it. */
export function listRow({ id, title, createdAt, createdBy, agent }: Session): Session {
  return { id, title, createdAt, createdBy, ...(agent !== undefined && { agent }) }
}

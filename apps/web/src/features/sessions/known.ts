import type { Session } from '@strandline/chat'
import { kept } from '../../sync/kept.ts'

/** What was used longer ago than so many others is found in the shared list alone. */
const MOST = 200

/**
 * The sessions that were opened or made on this device, latest first: they stay within reach where the shared list
 * is made again without them.
 */
export const known = kept<readonly Session[]>('strandline:sessions', parseSessions, (sessions) =>
  sessions.length > 0 ? JSON.stringify(sessions) : null,
)

export function remember(session: Session): void {
  const { id, title, createdAt, createdBy, agent, archived } = session
  const [first] = known.get()
  if (first?.id === id && first.title === title && first.archived === archived) return
  const fresh: Session = {
    id,
    title,
    createdAt,
    createdBy,
    ...(agent !== undefined && { agent }),
    ...(archived !== undefined && { archived }),
  }
  known.set([fresh, ...known.get().filter((other) => other.id !== id)].slice(0, MOST))
}

export function forget(id: string): void {
  known.set(known.get().filter((other) => other.id !== id))
}

function parseSessions(stored: string | null): readonly Session[] {
  try {
    const found: unknown = JSON.parse(stored ?? '[]')
    return Array.isArray(found) ? found.filter(isSession) : []
  } catch {
    return []
  }
}

function isSession(value: unknown): value is Session {
  const { id, title, createdAt, createdBy } = Object(value) as Partial<Record<keyof Session, unknown>>
  return (
    typeof id === 'string' &&
    typeof title === 'string' &&
    typeof createdAt === 'number' &&
    typeof createdBy === 'string'
  )
}

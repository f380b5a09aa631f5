import type { Session } from '../../schema.ts'

/** Newest first; the key decides between equals, so that every tab shows one order. */
export function newestFirst(a: Session, b: Session): number {
  return b.createdAt - a.createdAt || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
}

/** Those whose title has every word of the query, in any case and with or without accents. */
export function findSessions(sessions: readonly Session[], query: string): readonly Session[] {
  const words = fold(query).split(/\s+/u).filter(Boolean)
  if (words.length === 0) return sessions
  return sessions.filter(({ title }) => {
    const folded = fold(title)
    return words.every((word) => folded.includes(word))
  })
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}

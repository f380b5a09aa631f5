import type { Listing } from './listing.ts'

/** Those whose title has every word of the query, in any case and with or without accents. */
export function findSessions(all: readonly Listing[], query: string): readonly Listing[] {
  const words = fold(query).split(/\s+/u).filter(Boolean)
  if (words.length === 0) return all
  return all.filter(({ session: { title } }) => {
    const folded = fold(title)
    return words.every((word) => folded.includes(word))
  })
}

function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()
}

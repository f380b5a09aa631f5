import { type Kept, kept } from './kept.ts'

export interface KeptList extends Kept<readonly string[]> {
  add(texts: readonly string[]): void
  remove(texts: readonly string[]): void
}

/** A list of texts that is kept; what is stored and no such list is an empty one. */
export function keptList(key: string): KeptList {
  const list = kept<readonly string[]>(key, parseTexts, (texts) =>
    texts.length > 0 ? JSON.stringify(texts) : null,
  )
  return {
    ...list,
    add: (texts) => list.set([...new Set([...list.get(), ...texts])]),
    remove: (texts) => list.set(list.get().filter((text) => !texts.includes(text))),
  }
}

function parseTexts(stored: string | null): readonly string[] {
  try {
    const texts: unknown = JSON.parse(stored ?? '[]')
    return Array.isArray(texts) ? texts.filter((text) => typeof text === 'string') : []
  } catch {
    return []
  }
}

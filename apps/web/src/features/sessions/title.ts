export const TITLE_LIMIT = 80

/** A title as it is kept: one line of bounded length; none if nothing is left. */
export function titleOf(typed: string): string | undefined {
  return typed.replace(/\s+/gu, ' ').trim().slice(0, TITLE_LIMIT) || undefined
}

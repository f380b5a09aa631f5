import type { CSSProperties } from 'react'
import { hueOf } from '../features/profile/people.ts'

/** The colour of a person or a session, for the CSS that draws it. */
export function hueStyle(id: string): CSSProperties {
  const style: Record<`--${string}`, number> = { '--avatar-hue': hueOf(id) }
  return style
}

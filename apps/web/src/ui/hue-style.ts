import { hueOf } from '@strandline/chat'
import type { CSSProperties } from 'react'

/** The colour of a person or a session, for the CSS that draws it. */
export function hueStyle(id: string): CSSProperties {
  const style: Record<`--${string}`, number> = { '--avatar-hue': hueOf(id) }
  return style
}

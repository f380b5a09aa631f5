import { clip } from './clip.ts'
import type { Row } from './rows.ts'
import { countLines, type LetterWidths } from './wrap.ts'

/** Heights in px, as `messages.css` makes them; whole ones, as the virtual list rounds what it measures. */
const DAY = 44
const HEAD = 36
const GAP = 4
const LINE = 24
const MORE = 22

/** The widest a column gets, and what is no text in it: margins, avatar, gaps, mark. */
const COLUMN = 800
const ROOMY = 720
const ASIDE = { roomy: 112, narrow: 104 }

/** The room that a text has in a list `width` px wide. */
export function textWidth(width: number): number {
  return Math.min(width, COLUMN) - (width < ROOMY ? ASIDE.narrow : ASIDE.roomy)
}

/** A guess at a row's height before it is drawn; what is drawn is measured. The better it is, the less moves. */
export function estimateHeight(row: Row, width: number, letters: LetterWidths): number {
  if (row.kind === 'day') return DAY
  const { text, rest } = clip(row.message.text)
  return (row.opens ? HEAD : GAP) + LINE * countLines(text, width, letters) + (rest > 0 ? MORE : 0)
}

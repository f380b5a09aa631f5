import { isPicture } from '../attachments/formats.ts'
import { clip } from './clip.ts'
import type { Row } from './rows.ts'
import { countLines, type LetterWidths } from './wrap.ts'

/** Heights in px, as `messages.css` makes them; whole ones, as the virtual list rounds what it measures. */
const DAY = 44
const HEAD = 36
const GAP = 4
const LINE = 24
const MORE = 22
const FILES = 52
const PICTURES = 208

const ASIDES = { tool: 44, approval: 132, notice: 32, run: 32 } as const

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
  if (row.kind === 'aside') return ASIDES[row.entry.kind]
  const { text: whole, attachments = [], state } = row.message
  const { text, rest } = state === 'streaming' ? { text: whole, rest: 0 } : clip(whole)
  const lines = text === '' && attachments.length > 0 ? 0 : countLines(text, width, letters)
  const files = attachments.some(({ mime }) => isPicture(mime))
    ? PICTURES
    : attachments.length > 0
      ? FILES
      : 0
  return (row.opens ? HEAD : GAP) + LINE * lines + (rest > 0 ? MORE : 0) + files
}

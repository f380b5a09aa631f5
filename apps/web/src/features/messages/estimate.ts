import type { Row } from './rows.ts'

const DAY = 56
const HEAD = 38
const LINE = 24
const GAP = 4
const COLUMN = 768
const GUTTER = 108
const LETTER = 7.9

/** A guess at a row's height (px) before it is drawn; what is drawn is measured. */
export function estimateHeight(row: Row | undefined, width: number): number {
  if (row?.kind !== 'message') return DAY
  const letters = Math.max(12, (Math.min(width, COLUMN + GUTTER / 2) - GUTTER) / LETTER)
  return (row.opens ? HEAD : GAP) + LINE * linesOf(row.message.text, letters)
}

function linesOf(text: string, letters: number): number {
  let lines = 1
  let used = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 10 || used >= letters) {
      lines += 1
      used = 0
    }
    if (code !== 10) used += code >= 0x2e80 ? 1.9 : 1
  }
  return lines
}

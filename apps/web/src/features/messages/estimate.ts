import { clip } from './clip.ts'
import type { Row } from './rows.ts'

const DAY = 56
const HEAD = 38
const LINE = 24
const GAP = 4
const COLUMN = 768
const GUTTER = 108
const LETTER = 7.6
const WIDE = /[\u2e80-\ud7ff\uf900-\uffef]/u

/** A guess at a row's height (px) before it is drawn; what is drawn is measured. */
export function estimateHeight(row: Row, width: number): number {
  if (row.kind !== 'message') return DAY
  const letters = Math.max(12, (Math.min(width, COLUMN + GUTTER / 2) - GUTTER) / LETTER)
  return (row.opens ? HEAD : GAP) + LINE * linesOf(clip(row.message.text).text, letters)
}

function linesOf(text: string, letters: number): number {
  if (!text.includes('\n')) return Math.max(1, Math.ceil(widthOf(text) / letters))
  return text.split('\n').reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / letters)), 0)
}

/** In Latin letters; Chinese, Japanese and Korean take nearly two each. */
function widthOf(text: string): number {
  return WIDE.test(text) ? text.length * 1.8 : text.length
}

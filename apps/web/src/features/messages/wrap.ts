/** Widths (px) of the letters of a font: by code for ASCII, and for what lies beyond. */
export interface LetterWidths {
  readonly ascii: Float64Array
  /** Chinese, Japanese, Korean and full-width signs. */
  readonly wide: number
  readonly other: number
}

const NEWLINE = 10
const SPACE = 32
const HYPHEN = 45

/** How many lines a text takes in a column of `width` px: near enough to guess a height from. */
export function countLines(text: string, width: number, letters: LetterWidths): number {
  let lines = 1
  let line = 0
  let word = 0
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code === NEWLINE) {
      lines += 1
      line = 0
      word = 0
      continue
    }
    const wide = isWide(code)
    const letter = wide ? letters.wide : (letters.ascii[code] ?? letters.other)
    word += letter
    if (code === SPACE) {
      line += word
      word = 0
      continue
    }
    if (line + word > width) {
      lines += 1
      line = 0
      // A word that fills a line of its own is broken where it ends.
      if (word > width) word = letter
    }
    if (wide || code === HYPHEN) {
      line += word
      word = 0
    }
  }
  return lines
}

function isWide(code: number): boolean {
  return code >= 0x2e80 && (code <= 0xd7ff || code >= 0xf900)
}

/** Measured on a canvas where there is one, else typical. */
export function letterWidths(font: string, size: number): LetterWidths {
  const context = globalThis.document?.createElement('canvas').getContext('2d')
  if (context) context.font = font
  const widthOf = (letter: string, typical: number) => context?.measureText(letter).width ?? size * typical
  return {
    ascii: Float64Array.from({ length: 128 }, (_, code) => widthOf(String.fromCharCode(code), 0.54)),
    wide: widthOf('潮', 1),
    other: widthOf('ж', 0.58),
  }
}

/** A message shows this much (letters, lines) until someone asks for the rest. */
const LETTERS = 4000
const LINES = 48

export interface Clipped {
  readonly text: string
  /** Letters left out. */
  readonly rest: number
}

/** The start of a very long text, cut between letters, so that one message cannot stall the page. */
export function clip(text: string): Clipped {
  const end = Math.min(endOfLines(text), endOfLetters(text))
  return { text: text.slice(0, end), rest: text.length - end }
}

function endOfLines(text: string): number {
  let at = -1
  for (let line = 0; line < LINES; line += 1) {
    at = text.indexOf('\n', at + 1)
    if (at < 0) return text.length
  }
  return at
}

function endOfLetters(text: string): number {
  if (text.length <= LETTERS) return text.length
  const code = text.charCodeAt(LETTERS)
  const inPair = code >= 0xdc00 && code <= 0xdfff
  return inPair ? LETTERS - 1 : LETTERS
}

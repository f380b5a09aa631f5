/** UTF-16 units of a line without an end; what follows it is dropped up to the next line. */
const LONGEST = 64 * 1024 * 1024

/** Cuts text into lines, wherever the parts of it were cut. Empty lines are left out. */
export function lineSplitter(onLine: (line: string) => void): {
  push(text: string): void
  /** The text has ended: what is left is a line too. */
  end(): void
} {
  let parts: string[] = []
  let size = 0
  const flush = () => {
    const line = parts.join('').replace(/\r$/, '')
    parts = []
    if (size <= LONGEST && line.trim() !== '') onLine(line)
    size = 0
  }
  return {
    push(text) {
      const pieces = text.split('\n')
      for (const [n, piece] of pieces.entries()) {
        if (n > 0) flush()
        size += piece.length
        if (size <= LONGEST) parts.push(piece)
      }
    },
    end: flush,
  }
}

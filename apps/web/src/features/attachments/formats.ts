/** Pictures that a browser only draws: an SVG, which can do more, is a file like any other. */
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

export function isPicture(mime: string): boolean {
  return PICTURES.has(mime)
}

/** What the bytes may be taken for: a picture, or nothing that anything would open by itself. */
export function safeType(mime: string): string {
  return isPicture(mime) ? mime : 'application/octet-stream'
}

const UNITS = ['byte', 'kilobyte', 'megabyte'] as const
const STEP = 1000

export function sizeText(bytes: number): string {
  const power = bytes < STEP ? 0 : bytes < STEP * STEP ? 1 : 2
  const format = new Intl.NumberFormat(undefined, {
    style: 'unit',
    unit: UNITS[power],
    unitDisplay: power === 0 ? 'long' : 'short',
    maximumFractionDigits: power === 2 ? 1 : 0,
  })
  return format.format(bytes / STEP ** power)
}

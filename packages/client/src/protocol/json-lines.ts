const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[ !#-[\]-\uffff]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y

/** Where JSON text is not JSON. */
export class JsonDamage extends Error {
  readonly line: number

  constructor(line: number) {
    super('this is not JSON')
    this.line = line
  }
}

/**
 * The lines, from 1, on which the elements of the arrays named `field` begin, in the outermost object: what
 * `JSON.parse` does not tell. Throws `JsonDamage` where it would throw.
 */
export function linesOfElements(text: string, field: string): number[] {
  let at = 0
  let token = ''
  let begins = 0
  const lines: number[] = []
  const lineAt = (position: number) => text.slice(0, position).split('\n').length

  const damaged = (): never => {
    throw new JsonDamage(lineAt(begins))
  }
  const read = () => {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(text)
    const blanks = /[ \t\r\n]*/y
    blanks.lastIndex = at
    begins = at + (blanks.exec(text)?.[0].length ?? 0)
    token = found?.[1] ?? found?.[2] ?? found?.[3] ?? ''
    at = found ? TOKEN.lastIndex : begins
  }
  const next = (wanted: string) => {
    if (token !== wanted) damaged()
    read()
  }
  const list = (close: string, element: () => void) => {
    read()
    if (token === close) return read()
    for (element(); token === ','; element()) read()
    next(close)
  }
  const value = (depth: number, name?: string) => {
    if (token === '{')
      return list('}', () => {
        const key = token
        if (!key.startsWith('"')) damaged()
        read()
        next(':')
        value(depth + 1, key)
      })
    if (token === '[')
      return list(']', () => {
        if (depth === 1 && name === JSON.stringify(field)) lines.push(lineAt(begins))
        value(depth + 1)
      })
    if (token === '' || /^[\]},:]$/.test(token)) damaged()
    read()
  }

  read()
  value(0)
  if (at < text.length || token !== '') damaged()
  return lines
}

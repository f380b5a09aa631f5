import { aligned, type Column, type Head, PREFIX, type Section, type Shape, type Tree } from './form.ts'

/** Items to be read in order. */
export interface Items {
  readonly length: number
  /** The next `count`, or as many as are left. Not to be changed: what they hold may be shared. */
  take(count: number): readonly unknown[]
}

/** Reads what `packed` made. */
export function unpacked(bytes: Uint8Array): Items {
  const { buffer, byteOffset } = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice()
  const [size = 0] = new Uint32Array(buffer, byteOffset, 1)
  const start = byteOffset + aligned(PREFIX + size)
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  const head = JSON.parse(decoder.decode(new Uint8Array(buffer, byteOffset + PREFIX, size))) as Head
  const section = ([at, length]: Section) => new Uint8Array(buffer, start + at, length)
  const source = {
    buffer,
    start,
    ascii: decoder.decode(section(head.ascii)),
    wide: decoder.decode(section(head.wide)),
  }
  const shapes = head.shapes.map((shape) => shapeReader(shape, source))
  const order = section(head.order)
  let at = 0

  return {
    length: head.count,
    take(count) {
      const end = Math.min(at + count, head.count)
      const asked = end - at
      const which = order.subarray(at, end)
      at = end
      if (shapes.length === 1) return shapes[0]?.(asked) ?? []
      const taken = shapes.map((take, shape) => take(which.filter((each) => each === shape).length).values())
      return Array.from(which, (shape) => taken[shape]?.next().value)
    },
  }
}

interface Source {
  readonly buffer: ArrayBufferLike
  readonly start: number
  readonly ascii: string
  readonly wide: string
}

/** The next `count` values, or objects. */
type Take = (count: number) => unknown[]

function shapeReader({ tree, columns }: Shape, source: Source): Take {
  const takes = columns.map((column) => columnReader(column, source))
  return (count) => {
    const values: unknown[][] = []
    for (const [n, column] of columns.entries())
      values.push((column.is === 'same' ? values[column.as] : takes[n]?.(count)) ?? [])
    return built(tree, values, count)
  }
}

function columnReader(column: Column, source: Source): Take {
  switch (column.is) {
    case 'same':
      return () => []
    case 'one':
      return (count) => new Array(count).fill(column.value)
    case 'any':
      return inOrder((row) => column.values[row])
    case 'few': {
      const { values, at } = column
      const places = new Uint16Array(source.buffer, source.start + at[0], at[1] / 2)
      return inOrder((row) => values[places[row] ?? 0])
    }
    case 'numbers': {
      const { at } = column
      const numbers = new Float64Array(source.buffer, source.start + at[0], at[1] / 8)
      return inOrder((row) => numbers[row])
    }
    case 'texts':
      return inOrder(textReader(column, source))
  }
}

/** Strings are cut from the text, of which they remain a part: nothing is copied. */
function textReader(
  { at, ...begins }: Column & { is: 'texts' },
  { buffer, start, ascii, wide }: Source,
): (row: number) => string {
  const lengths = new Uint32Array(buffer, start + at[0], at[1] / 4)
  let { ascii: inAscii, wide: inWide } = begins
  return (row) => {
    const mark = lengths[row] ?? 0
    const length = mark >>> 1
    if (mark % 2 === 0) {
      inAscii += length
      return ascii.slice(inAscii - length, inAscii)
    }
    inWide += length
    return wide.slice(inWide - length, inWide)
  }
}

function inOrder(valueAt: (row: number) => unknown): Take {
  let row = 0
  return (count) => {
    const values = new Array<unknown>(count)
    for (let n = 0; n < count; n++) values[n] = valueAt(row++)
    return values
  }
}

const ITEM = ['type', 'key', 'value', 'headers']

/** What a tree holds, row by row. */
function built(tree: Tree, values: readonly unknown[][], count: number): unknown[] {
  if (typeof tree === 'number') return values[tree] ?? []
  const fields = Object.keys(tree)
  const parts = Object.values(tree).map((part) => built(part, values, count))
  const objects = new Array<unknown>(count)
  const [type = [], key = [], value = [], headers = []] = parts
  // Nearly every item: four fields by name cost a fifth of four that are looked up.
  if (fields.length === 4 && ITEM.every((field, n) => field === fields[n])) {
    for (let row = 0; row < count; row++)
      objects[row] = { type: type[row], key: key[row], value: value[row], headers: headers[row] }
    return objects
  }
  for (let row = 0; row < count; row++) {
    const object: Record<string, unknown> = {}
    for (let n = 0; n < fields.length; n++) object[fields[n] ?? ''] = parts[n]?.[row]
    objects[row] = object
  }
  return objects
}

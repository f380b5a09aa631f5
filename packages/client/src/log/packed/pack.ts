import { createBody } from './body.ts'
import { columnOf, lasts } from './column.ts'
import type { Column, Shape, Tree } from './form.ts'

/** Of a shape with fewer items than this, each is kept whole. */
const RARE = 2

/** Shapes that a byte can tell apart, beside those kept whole. */
const SHAPES = 255

/** Objects within objects that are taken apart. */
const DEPTH = 4

/** Items looked at before input gets its turn. */
const STEP = 500

/** The outline of what is kept whole. */
const WHOLE = '0'

type Turn = () => Promise<void>

/**
 * Items as `JSON.parse` makes them, kept by field (`form.ts`). Undefined where they would not be read again as they
 * are.
 */
export async function packed(items: readonly unknown[], turn: Turn): Promise<Uint8Array | undefined> {
  const outlines = await outlinesOf(items, turn)
  const kinds = [...new Set(outlines)]
  const body = createBody()
  const shapes: Shape[] = []
  for (const kind of kinds) {
    const rows = items.filter((_, n) => outlines[n] === kind)
    const columns: (Column | undefined)[] = []
    const earlier: (readonly unknown[])[] = []

    const add = (column: Column | undefined, values: readonly unknown[]) => {
      earlier.push(values)
      return columns.push(column) - 1
    }
    const planted = async (tree: Tree, values: readonly unknown[]): Promise<Tree> => {
      await turn()
      if (typeof tree === 'number') return add(columnOf(values, earlier, body), values)
      const fields: Record<string, Tree> = {}
      for (const [field, part] of Object.entries(tree)) {
        const inner = values.map((value) => (value as Readonly<Record<string, unknown>>)[field])
        const shared = tree === whole && field === 'headers' && alike(inner)
        fields[field] = shared ? add({ is: 'one', value: inner[0] }, inner) : await planted(part, inner)
      }
      return fields
    }

    const whole = JSON.parse(kind) as Tree
    const tree = await planted(whole, rows)
    if (!columns.every((column) => column !== undefined)) return undefined
    shapes.push({ tree, columns })
  }
  const places = new Map(kinds.map((kind, place) => [kind, place]))
  const order = kinds.length > 1 ? outlines.map((kind) => places.get(kind) ?? 0) : []
  return body.end({ count: items.length, shapes, order: body.section(Uint8Array.from(order)) })
}

/** Of each item the shape it is kept in: as JSON, a tree with nothing in it. */
async function outlinesOf(items: readonly unknown[], turn: Turn): Promise<string[]> {
  const outlines: string[] = []
  const counts = new Map<string, number>()
  for (const [n, item] of items.entries()) {
    if (n % STEP === 0) await turn()
    const outline = outlineOf(item, 0)
    outlines.push(outline)
    counts.set(outline, (counts.get(outline) ?? 0) + 1)
  }
  const byCount = [...counts].filter(([, count]) => count >= RARE).sort(([, a], [, b]) => b - a)
  const kept = new Set(byCount.slice(0, SHAPES).map(([outline]) => outline))
  return outlines.map((outline) => (kept.has(outline) ? outline : WHOLE))
}

function outlineOf(value: unknown, depth: number): string {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth === DEPTH) return WHOLE
  const fields = Object.entries(value)
  // Setting a field of that name would not make one.
  if (fields.length === 0 || Object.hasOwn(value, '__proto__')) return WHOLE
  return `{${fields.map(([field, part]) => `${JSON.stringify(field)}:${outlineOf(part, depth + 1)}`).join()}}`
}

function alike(values: readonly unknown[]): boolean {
  const text = lasts(values[0]) && JSON.stringify(values[0])
  return values.every((value) => lasts(value) && JSON.stringify(value) === text)
}

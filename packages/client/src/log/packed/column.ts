import type { Body } from './body.ts'
import type { Column } from './form.ts'

/** Values that 16 bits can name. */
const NAMED = 2 ** 16

/**
 * The values of a field, row by row, in the form that is read fastest; `earlier`: those of the fields before it.
 * Undefined where they would not be read again as they are.
 */
export function columnOf(
  values: readonly unknown[],
  earlier: readonly (readonly unknown[])[],
  body: Body,
): Column | undefined {
  const as = earlier.findIndex((column) => same(column, values))
  if (as >= 0) return { is: 'same', as }
  const [value] = values
  if (isPrimitive(value) && lasts(value) && values.every((each) => Object.is(each, value)))
    return { is: 'one', value }
  if (values.every((each) => typeof each === 'number'))
    return { is: 'numbers', at: body.section(Float64Array.from(values)) }
  return (
    fewOf(values, body) ??
    textsOf(values, body) ??
    (values.every((each) => lasts(each)) ? { is: 'any', values } : undefined)
  )
}

function same(a: readonly unknown[], b: readonly unknown[]): boolean {
  // Most that are other than one another are so at once: there may be a thousand columns.
  return Object.is(a.at(-1), b.at(-1)) && a.every((value, row) => Object.is(value, b[row]))
}

function fewOf(values: readonly unknown[], body: Body): Column | undefined {
  const places = new Map<unknown, number>()
  for (const value of values) {
    if (!isPrimitive(value) || typeof value === 'number') return undefined
    if (!places.has(value)) places.set(value, places.size)
  }
  if (places.size > Math.min(values.length / 2, NAMED)) return undefined
  const at = body.section(Uint16Array.from(values, (value) => places.get(value) ?? 0))
  return { is: 'few', values: [...places.keys()], at }
}

function textsOf(values: readonly unknown[], body: Body): Column | undefined {
  if (!values.every(isText)) return undefined
  const begins = body.texts()
  const marks = Uint32Array.from(values, body.text)
  return { is: 'texts', at: body.section(marks), ...begins }
}

/** UTF-8 has no form for half of a pair of surrogates; JSON has. */
const HALF = /\p{Surrogate}/u

function isText(value: unknown): value is string {
  return typeof value === 'string' && !HALF.test(value)
}

function isPrimitive(value: unknown): boolean {
  return typeof value !== 'object' || value === null
}

/** Objects within objects, down to which one looks. */
const DEEP = 100

/** Whether JSON gives it back: numbers may have come out of it that it does not take. */
export function lasts(value: unknown, depth = 0): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  if (typeof value !== 'object' || value === null) return true
  return depth < DEEP && Object.values(value).every((part) => lasts(part, depth + 1))
}

import { isObject } from './is-object.ts'
import type { RowSchema } from './schema.ts'

/** What a schema makes of a value. */
export type Parsed =
  | { readonly value: Record<string, unknown>; readonly dropped: readonly string[]; readonly message: string }
  | { readonly value?: undefined; readonly message: string }

/**
 * Validates `value`. Where the schema refuses optional fields only, the row is kept without them and `dropped`
 * names them: one wrong field of a foreign writer does not hide a row. Never throws.
 */
export function parseValue(schema: RowSchema, value: Readonly<Record<string, unknown>>): Parsed {
  const first = validate(schema, value)
  if (first.value) return { value: first.value, dropped: NONE, message: '' }
  if (first.fields.length === 0) return { message: first.message }
  const rest = { ...value }
  for (const field of first.fields) delete rest[field]
  const second = validate(schema, rest)
  if (second.value) return { value: second.value, dropped: first.fields, message: first.message }
  return { message: first.message }
}

const NONE: readonly string[] = []

type Verdict =
  | { readonly value: Record<string, unknown> }
  | { readonly value?: undefined; readonly message: string; readonly fields: readonly string[] }

function validate(schema: RowSchema, value: unknown): Verdict {
  try {
    const result = schema['~standard'].validate(value)
    if (result instanceof Promise) {
      result.catch(() => undefined)
      return { message: 'the schema validates asynchronously', fields: [] }
    }
    if (result.issues) {
      const { issues } = result
      return { message: issues.map(({ message }) => message).join('; '), fields: fieldsOf(issues) }
    }
    if (!isObject(result.value)) return { message: 'the schema puts out no object', fields: [] }
    return { value: result.value }
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), fields: [] }
  }
}

type Issues = readonly {
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}[]

/** The fields that all issues are about; none where one is about the row as a whole. */
function fieldsOf(issues: Issues): readonly string[] {
  const fields = new Set<string>()
  for (const { path } of issues) {
    const head = path?.[0]
    const field = typeof head === 'object' ? head.key : head
    if (typeof field !== 'string') return []
    fields.add(field)
  }
  return [...fields]
}

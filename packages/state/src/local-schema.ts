import type { StandardSchema } from '@tanstack/db'
import { isObject } from './is-object.ts'
import { SEQ } from './row.ts'
import type { RowSchema } from './schema.ts'

/**
 * The schema for rows that are written here: the app's own, which never sees a row's place, and a place for rows
 * that have none yet, so that a new row stands at the end from the first moment on.
 */
export function localSchema(schema: RowSchema, nextPlace: () => number): StandardSchema<object> {
  const own = schema['~standard']
  return {
    '~standard': {
      version: 1,
      vendor: own.vendor,
      validate(row) {
        if (!isObject(row)) return own.validate(row) as never
        const { [SEQ]: place = nextPlace(), ...value } = row
        const result = own.validate(value)
        if (result instanceof Promise || result.issues || !isObject(result.value)) return result as never
        return { value: { ...result.value, [SEQ]: place } }
      },
    },
  } as StandardSchema<object>
}

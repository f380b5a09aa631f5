import type { DurableStream } from '@durable-streams/client'
import type { NonSingleResult, StandardSchema } from '@tanstack/db'
import { type } from 'arktype'
import { number, object, optional, string } from 'valibot'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { readItem } from './change.ts'
import {
  type Collection,
  type CollectionMap,
  createStateSchema,
  createStreamDB,
  type RowInputOf,
  type RowOf,
  type StreamDB,
} from './index.ts'
import { useLiveQuery } from './react/index.ts'
import { tablesOf } from './table.ts'

const schema = createStateSchema({
  todos: {
    schema: z.object({
      id: z.string(),
      title: z.string(),
      done: z.boolean().default(false),
      at: z.coerce.date(),
    }),
    type: 'todo',
    primaryKey: 'id',
    indexes: ['at'],
  },
  tags: {
    schema: {} as StandardSchema<{ id: string }>,
    type: 'tag',
    primaryKey: 'id',
  },
})
type Schema = typeof schema
interface Todo {
  id: string
  title: string
  done: boolean
  at: Date
}

describe('types flow from any Standard Schema', () => {
  test('rows are what it puts out, writes what it takes in (S2-26)', () => {
    expectTypeOf<RowOf<Schema['todos']>>().toEqualTypeOf<Todo>()
    expectTypeOf<RowInputOf<Schema['todos']>>().toHaveProperty('done').toEqualTypeOf<boolean | undefined>()
    expectTypeOf<RowOf<Schema['tags']>>().toEqualTypeOf<{ id: string }>()
  })

  test('the schemas of Valibot and ArkType do as well', () => {
    const valibot = object({ id: string(), n: optional(number(), 0) })
    const arktype = type({ id: 'string', n: 'number = 0' })
    const both = createStateSchema({
      valibot: { schema: valibot, type: 'v', primaryKey: 'id' },
      arktype: { schema: arktype, type: 'a', primaryKey: 'id' },
    })
    expectTypeOf<RowOf<(typeof both)['valibot']>>().toEqualTypeOf<{ id: string; n: number }>()
    expectTypeOf<RowOf<(typeof both)['arktype']>>().toEqualTypeOf<{ id: string; n: number }>()
    const tables = tablesOf(both)
    for (const kind of ['v', 'a']) {
      const read = (value: object) =>
        readItem(tables, { type: kind, key: 'k', value, headers: { operation: 'insert' } })
      expect(read({})).toMatchObject({ change: { value: { id: 'k', n: 0 } } })
      expect(read({ n: 'x' })).toMatchObject({ complaint: { reason: 'field' } })
    }
  })

  test('a collection gives rows and takes writes', () => {
    type Todos = CollectionMap<Schema>['todos']
    expectTypeOf<ReturnType<Todos['get']>>().toExtend<Todo | undefined>()
    expectTypeOf<{ id: string; title: string; at: string }>().toExtend<Parameters<Todos['insert']>[0]>()
    expectTypeOf<{ id: string; title: number; at: string }>().not.toExtend<Parameters<Todos['insert']>[0]>()
    expectTypeOf<{ id: string }>().not.toExtend<Parameters<Todos['insert']>[0]>()
  })

  test('a wrong row does not compile, whichever schema it is of', () => {
    const state = createStateSchema({
      valibot: { schema: object({ id: string(), n: number() }), type: 'v', primaryKey: 'id' },
      arktype: { schema: type({ id: 'string', n: 'number' }), type: 'a', primaryKey: 'id' },
    })
    type Taken<Name extends keyof typeof state> = Parameters<CollectionMap<typeof state>[Name]['insert']>[0]
    expectTypeOf<{ id: string; n: number }>().toExtend<Taken<'valibot'> & Taken<'arktype'>>()
    expectTypeOf<{ id: string; n: string }>().not.toExtend<Taken<'valibot'>>()
    expectTypeOf<{ id: string; n: string }>().not.toExtend<Taken<'arktype'>>()
    expectTypeOf<{ id: string }>().not.toExtend<Taken<'valibot'> | Taken<'arktype'>>()
  })

  test('rows that are made on demand are refused: by the compiler, and in words', () => {
    const options = { streamOptions: { url: 'http://x.test/' }, state: { todos: schema.todos } }
    // @ts-expect-error: only `eager` is offered
    expect(() => createStreamDB({ ...options, syncMode: 'on-demand' })).toThrow(
      expect.objectContaining({ code: 'invalid-argument' }),
    )
    expect(() => createStreamDB({ ...options, syncMode: 'eager' })).not.toThrow()
  })

  test('where input and output are one, a collection has the type it has upstream', () => {
    expectTypeOf<CollectionMap<Schema>['tags']>().toEqualTypeOf<
      Collection<{ id: string }, string> & NonSingleResult
    >()
  })

  test('a hook takes a collection as it is', () => {
    // Only its type is asked for: a hook runs in a component.
    const rows = (tags: CollectionMap<Schema>['tags']) => useLiveQuery(tags).data
    expectTypeOf<ReturnType<typeof rows>[number]>().toExtend<{ id: string }>()
  })

  test('a database shows what it is for, and no internals', () => {
    type Shown =
      | 'collections'
      | 'stream'
      | 'offset'
      | 'preload'
      | 'close'
      | 'utils'
      | 'status'
      | 'pending'
      | 'issues'
      | 'transact'
      | 'retry'
      | 'discard'
      | 'at'
    expectTypeOf<keyof StreamDB<Schema>>().toEqualTypeOf<Shown>()
    expectTypeOf<keyof StreamDB<Schema>['utils']>().toEqualTypeOf<'awaitTxId'>()
    const streamOptions = { url: 'http://x.test/' }
    const db = createStreamDB({ streamOptions, state: { todos: schema.todos } })
    const shown =
      'at close collections discard issues offset pending preload retry status stream transact utils'
    expect(new Set(Object.keys(db))).toEqual(new Set(shown.split(' ')))
  })

  test('a database has the collections of its schema, and no others', () => {
    expectTypeOf<keyof StreamDB<Schema>['collections']>().toEqualTypeOf<'todos' | 'tags'>()
    expectTypeOf<StreamDB<Schema>['stream']['append']>().toEqualTypeOf<DurableStream['append']>()
  })

  test('the helpers of a schema take its rows', () => {
    type Value = Parameters<Schema['todos']['insert']>[0]['value']
    expectTypeOf<{ id: string; title: string; at: unknown }>().toExtend<Value>()
    expectTypeOf<{ id: string }>().not.toExtend<Value>()
  })
})

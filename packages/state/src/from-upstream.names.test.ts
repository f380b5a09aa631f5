import type * as stockDb from '@durable-streams/state/db'
import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import type * as Ours from './index.ts'
import { createStateSchema } from './index.ts'
import type { chat } from './testing/chat.ts'

/** What code written for `@durable-streams/state` imports is there by the same name, and takes the same. */

test.each([
  ['@durable-streams/state', () => import('@durable-streams/state')],
  ['@durable-streams/state/db', () => import('@durable-streams/state/db')],
] as const)('every value of %s', async (_, stock) => {
  const names = Object.keys(await stock())
  expect(names.length).toBeGreaterThan(3)
  expect(Object.keys(await import('./index.ts'))).toEqual(expect.arrayContaining(names))
})

type Chat = typeof chat
interface User {
  readonly id: string
  readonly name: string
}
interface Context {
  readonly transaction: { readonly id: string }
}

test('types of messages and of collections are the same', () => {
  expectTypeOf<Ours.ChangeEvent<User>>().toEqualTypeOf<stockDb.ChangeEvent<User>>()
  expectTypeOf<Ours.ChangeHeaders>().toEqualTypeOf<stockDb.ChangeHeaders>()
  expectTypeOf<Ours.CollectionEventHelpers<User>>().toEqualTypeOf<stockDb.CollectionEventHelpers<User>>()
  expectTypeOf<Ours.ControlEvent>().toEqualTypeOf<stockDb.ControlEvent>()
  expectTypeOf<Ours.Operation>().toEqualTypeOf<stockDb.Operation>()
  expectTypeOf<Ours.Row<User>>().toEqualTypeOf<stockDb.Row<User>>()
  expectTypeOf<Ours.StateEvent>().toEqualTypeOf<stockDb.StateEvent>()
  expectTypeOf<Ours.Value<never>>().toEqualTypeOf<stockDb.Value<never>>()
  // Of a class, the compiler meets two here: through this package's declarations, and by itself.
  expectTypeOf<Ours.Collection<User, string>['toArray']>().toExtend<
    stockDb.Collection<User, string>['toArray']
  >()
  expectTypeOf<Ours.SyncConfig<User>['rowUpdateMode']>().toEqualTypeOf<
    stockDb.SyncConfig<User>['rowUpdateMode']
  >()
})

test('types of what is given to it take what was written for upstream', () => {
  expectTypeOf<stockDb.CollectionDefinition>().toExtend<Ours.CollectionDefinition>()
  expectTypeOf<stockDb.CollectionDefinition<User>>().toExtend<Ours.CollectionDefinition<User>>()
  expectTypeOf<stockDb.CollectionWithHelpers<User>>().toExtend<Ours.CollectionWithHelpers<User>>()
  expectTypeOf<stockDb.StreamStateDefinition>().toExtend<Ours.StreamStateDefinition>()
  expectTypeOf<stockDb.ActionDefinition>().toExtend<Ours.ActionDefinition>()
  expectTypeOf<stockDb.ActionDefinition<User, Context>>().toExtend<Ours.ActionDefinition<User, Context>>()
  type Send = { send: stockDb.ActionDefinition<User> }
  expectTypeOf<ReturnType<stockDb.ActionFactory<never, Send>>>().toExtend<
    ReturnType<Ours.ActionFactory<Chat, Send>>
  >()
  type Stock = Pick<stockDb.CreateStreamDBOptions, 'live' | 'onBatch' | 'onBeforeBatch' | 'onEvent'>
  expectTypeOf<Stock>().toExtend<Partial<Ours.CreateStreamDBOptions>>()
})

test('types of what it gives can be used as those of upstream', () => {
  expectTypeOf<Ours.StreamDBUtils>().toExtend<stockDb.StreamDBUtils>()
  expectTypeOf<Ours.StreamDBMethods>().toExtend<Omit<stockDb.StreamDBMethods, 'stream'>>()
  expectTypeOf<Ours.StreamDB<Chat>>().toExtend<Omit<stockDb.StreamDBMethods, 'stream'>>()
  type Actions = { send: Ours.ActionDefinition<User> }
  expectTypeOf<Ours.StreamDBWithActions<Chat, Actions>['actions']>().toEqualTypeOf<Ours.ActionMap<Actions>>()
  expectTypeOf<Ours.ActionMap<Actions>['send']>().toBeCallableWith({ id: 'u', name: 'Ada' })
  expectTypeOf<Ours.ActionMap<Actions>['send']>().returns.toHaveProperty('isPersisted')
  const user = z.object({ id: z.string(), name: z.string() })
  const made = createStateSchema({ users: { schema: user, type: 'user', primaryKey: 'id' } })
  expectTypeOf(made).toExtend<Ours.StateSchema<Ours.StreamStateDefinition>>()
  expectTypeOf(made.users).toExtend<Ours.CollectionWithHelpers<User>>()
})

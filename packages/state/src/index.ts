export type {
  ChangeEvent,
  ChangeHeaders,
  CollectionEventHelpers,
  ControlEvent,
  Operation,
  Row,
  StateEvent,
  Value,
} from '@durable-streams/state'
export { isChangeEvent, isControlEvent, MaterializedState } from '@durable-streams/state'
export type {
  Client,
  ContentFields,
  EchoMatcher,
  PendingWrite,
  Readable,
  StreamStatus,
} from '@strandline/client'
export { createClient, matchEchoes, SyncError } from '@strandline/client'
// What upstream's `/db` re-exports, so that changing the import is all there is to do.
export type { Collection, SyncConfig } from '@tanstack/db'
export {
  and,
  avg,
  coalesce,
  concat,
  count,
  createCollection,
  createLiveQueryCollection,
  createOptimisticAction,
  createTransaction,
  deepEquals,
  eq,
  gt,
  gte,
  ilike,
  inArray,
  isNull,
  isUndefined,
  like,
  localOnlyCollectionOptions,
  lt,
  lte,
  max,
  min,
  not,
  or,
  queryOnce,
  sum,
  toArray,
} from '@tanstack/db'
export { getStreamDBCollectionId } from './collection.ts'
export type { Fold, Folds } from './fold.ts'
export type { InvalidPolicy, Issue, IssueReason } from './issue.ts'
export type {
  ActionDefinition,
  ActionDefinitions,
  ActionFactory,
  ActionMap,
  CollectionMap,
  CreateStreamDBOptions,
  Past,
  PreloadOptions,
  StreamDB,
  StreamDBMethods,
  StreamDBUtils,
  StreamDBWithActions,
} from './options.ts'
export { arrival } from './row.ts'
export type {
  CollectionDefinition,
  CollectionWithHelpers,
  RowInputOf,
  RowOf,
  RowSchema,
  StateSchema,
  StreamStateDefinition,
} from './schema.ts'
export { createStateSchema } from './schema.ts'
export { createStreamDB } from './stream-db.ts'

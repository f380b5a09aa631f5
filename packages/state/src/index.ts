export type { Client, PendingWrite, Readable, StreamStatus } from '@strandline/client'
export { createClient, SyncError } from '@strandline/client'
export type { Fold, Folds } from './fold.ts'
export type { Issue, IssueReason } from './issue.ts'
export type {
  ActionDefinition,
  ActionDefinitions,
  ActionMap,
  CollectionMap,
  CreateStreamDBOptions,
  PreloadOptions,
  StreamDB,
  StreamDBMethods,
  StreamDBUtils,
  StreamDBWithActions,
} from './options.ts'
export { arrival } from './row.ts'
export type {
  CollectionDefinition,
  RowInputOf,
  RowOf,
  RowSchema,
  StateSchema,
  StreamStateDefinition,
} from './schema.ts'
export { createStateSchema } from './schema.ts'
export { createStreamDB } from './stream-db.ts'

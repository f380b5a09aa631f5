import { SyncError } from '@strandline/client'
import type { ActionDefinitions, CreateStreamDBOptions, StreamDB, StreamDBWithActions } from './options.ts'
import type { StreamStateDefinition } from './schema.ts'

/**
 * A stream as a set of reactive collections, kept on the device and in step with everyone else's. Synchronous,
 * and nothing happens before `preload()` or the first write.
 */
export function createStreamDB<
  TDef extends StreamStateDefinition,
  TActions extends ActionDefinitions = Record<string, never>,
>(
  _options: CreateStreamDBOptions<TDef, TActions>,
): TActions extends Record<string, never> ? StreamDB<TDef> : StreamDBWithActions<TDef, TActions> {
  throw new SyncError('shut-down', 'not built yet')
}
